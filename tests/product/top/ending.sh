# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The instance ends while it is watched.

terminal 120 40
top_in_terminal --interval 0.3
stop watch
check "the instance ends: so does top" await shows '^status=1'
check "and says so" shows 'the xdp-tcpstate that had its pins in .* has ended'
[ "$(tells '#{alternate_on}')" = 0 ] && ok "on the screen that was there before" || not_ok "on the screen that was there before" "alternate"

watch
top_in_terminal --interval 0.3
watch_pid=${pid_of[watch]}
stop watch KILL
check "the instance is killed: an alarm first" await shows "pid $watch_pid HAS DIED"
check "then an end" await shows '^status=1'
check "that says what is left, and how to clean up" await shows 'has died'
shows 'detach' && ok "by detach" || not_ok "by detach" "$(screen | grep died)"
"$XT" top --pin "$PIN" --json --count 1 --interval 0.1 >"$WORK/left.json" 2>"$WORK/left.err"
check "what it left can be looked at" jq -e '.instance.alive == false' "$WORK/left.json"
check "with a notice" grep -q 'is gone' "$WORK/left.err"
unpin

# run adopts what a dead one left: top goes on.
daemon() {
	start daemon nsenter --net="/run/netns/$SERVER_NS" -- "$XT" run -i server0 --hook tc --pin "$PIN" --listen none
	await_line "$WORK/daemon.err" 'watching ' daemon
}
if "$XT" run --help >/dev/null 2>&1; then
	daemon
	terminal 120 40
	top_in_terminal --interval 0.3
	check "over a daemon" shows "pid ${pid_of[daemon]}"
	daemon_pid=${pid_of[daemon]}
	stop daemon KILL
	check "killed: an alarm" await shows "pid $daemon_pid HAS DIED"
	daemon
	check "the next one adopts: top goes on" await shows "pid ${pid_of[daemon]} +adopted 1 time"
	check "without an alarm" await shows_not 'HAS DIED'
	stop daemon TERM
	check "and ends with it" await shows '^status=1'
else
	skip "adoption" "there is no run"
fi

# What is lost is an alarm: a small ring that nobody reads.
watch --ring 4
terminal 120 40
top_in_terminal --interval 0.3
check "nothing lost" await shows '^nothing lost'
kill -STOP "${pid_of[watch]}"
in_client /usr/bin/python3 tests/product/cli/connect.py 10.77.0.2 9002 100
check "events are lost: an alarm" await shows '^EVENTS LOST [1-9][0-9]*'
kill -CONT "${pid_of[watch]}"
lost=$("$XT" status --pin "$PIN" --json | jq '.counters, .events | .lost // empty' | tail -n 1)
check "as many as status says" await shows "EVENTS LOST $lost( |\$)|yielded"
quit_top
stop watch

watch
start stream "$XT" top --pin "$PIN" --json --interval 0.2
await_line "$WORK/stream.out" '"event":"top"' stream
stop watch
ended() { ! runs "${pid_of[stream]}"; }
check "--json: it ends, too" await ended
check "--json: and says so" grep -q '^{"error":"the xdp-tcpstate that had its pins in .* has ended"}' "$WORK/stream.err"
stop stream 2>/dev/null
watch
