# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What nobody gets who takes over the daemon, tried by making it try (ptrace).

if [ "$(uname -m)" != x86_64 ]; then
	skip "refused" "the test knows the registers of x86_64 only"
	return
fi

mkdir -p "$WORK/own"

# with_daemon THEN WHAT: a small daemon that has given up what THEN says, and what is tried on it.
with_daemon() {
	start small nsenter --net="/run/netns/$SERVER_NS" -- "$BUILD/tests/attached" server0 "$PIN-small" "$WORK/own" filters "$1"
	if ! await_line "$WORK/small.out" '^# stays' small; then
		not_ok "refused $2" "its daemon does not start: $(tail -n 1 "$WORK/small.err")"
		stop small KILL
		rm -rf "$PIN-small"
		return
	fi
	"$BUILD/tests/refused" "$2" "${pid_of[small]}" >"$WORK/refused.$2" 2>&1
	passes "refused $2" "$WORK/refused.$2"
	stop small TERM
	equal "refused $2: it goes on as if nothing had been" "0 failed" "$(grep -oE '[0-9]+ failed' "$WORK/small.out")"
}

with_daemon keep controls  # what may be done succeeds: so the refusals are none of the test's own
with_daemon refuse table   # with all capabilities: so it is seccomp that refuses
with_daemon stay attacks

# live OPTION...: the same on run itself.
live() {
	local name="run $*" bits field
	shift
	run_daemon -i server0 "$@" || { not_ok "$name" "it does not start: $(tail -n 1 "$WORK/run.err")"; return; }
	bits=0000000000000000
	[ "$1" = --hook ] && bits=0000000000001000
	for field in CapPrm CapEff; do
		equal "$name: $field" $bits "$(of_status "${pid_of[run]}" $field)"
	done
	for field in CapInh CapBnd CapAmb; do
		equal "$name: $field" 0000000000000000 "$(of_status "${pid_of[run]}" $field)"
	done
	equal "$name: NoNewPrivs" 1 "$(of_status "${pid_of[run]}" NoNewPrivs)"
	for task in /proc/"${pid_of[run]}"/task/*; do
		equal "$name: seccomp, in each thread" 2 "$(of_status "${pid_of[run]}/task/${task##*/}" Seccomp)"
		equal "$name: the same capabilities, in each thread" $bits "$(of_status "${pid_of[run]}/task/${task##*/}" CapEff)"
	done
	check "$name: it has several" [ "$(ls "/proc/${pid_of[run]}/task" | wc -l)" -gt 1 ]
	"$BUILD/tests/refused" attacks "${pid_of[run]}" >"$WORK/refused.run" 2>&1
	passes "$name: attacks" "$WORK/refused.run"
	scrape >"$WORK/scraped" && grep -q '^tcpstate_frames_total' "$WORK/scraped" && ok "$name: it serves metrics all the while" ||
		not_ok "$name: it serves metrics all the while" "$(tail -n 1 "$WORK/scraped")"
	stop run TERM
	equal "$name: and ends as always" 0 $?
	[ ! -e "$PIN" ] && ok "$name: with nothing left" || not_ok "$name: with nothing left" "$PIN is there"
}

if [ -n "$HAS_TCX" ]; then
	live tcx
	said 'goes on with no capability' || true
fi
live clsact --hook tc --tx-hook clsact
