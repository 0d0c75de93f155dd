# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# SIGHUP: another configuration in force, and nothing detached.

reload() {
	local before
	before=$(wc -l <"$WORK/run.err")
	kill -HUP "${pid_of[run]}"
	await eval 'tail -n +$((before + 1)) "$WORK/run.err" | grep -qE "read again|nothing is changed"'
	tail -n +$((before + 1)) "$WORK/run.err" >"$WORK/reload.err"
}
configure() { printf '%s\n' "$@" >"$WORK/config"; }
two_msl() { grep '"phase":"started"' "$WORK/events" | tail -n 1 | jq .two_msl_ms; }

rm -f "$WORK/events"
configure "interface = server0" "msl = 30" "filter = port 8001" "events = $EVENTS" "# nothing else"
EVENTS='' run_daemon --config "$WORK/config"
attached=$(ids)
programs=$(bpftool -j prog show pinned "$PIN/programs/tcpstate_sweep" | jq .id)
connect 8001
hold held 8002 1 open
await_line "$WORK/events" '"phase":"started"' run
equal "the file's msl" 60000 "$(two_msl)"
equal "the file's filter" 0 "$(grep -c '"port":8002' "$WORK/events")"

configure "interface = server0" "msl = 2" "timeout = established=7200" "track = port 8001,8002" "events = time_wait,flow"
reload
grep -q 'changed: timeouts, events, track, filter$' "$WORK/reload.err" && ok "told what changed" || not_ok "told what changed" "$(cat "$WORK/reload.err")"
equal "links and programs are the same" "$attached" "$(ids)"
equal "the sweep, too" "$programs" "$(bpftool -j prog show pinned "$PIN/programs/tcpstate_sweep" | jq .id)"
equal "--track is in force" "port 8001-8002" "$(status .track)"
: >"$WORK/events"
connect 8001
await_line "$WORK/events" '"phase":"started"' run
equal "the new msl" 4000 "$(two_msl)"
equal "the new events" "" "$(jq -r .event "$WORK/events" | grep -vE '^(time_wait|flow)$')"

cp "$WORK/config" "$WORK/good"
configure "interface = server0" "msl = 5" "timout = 3" "track = nonsense"
reload
grep -qE "$WORK/config:3:" "$WORK/reload.err" && grep -q 'nothing is changed' "$WORK/reload.err" && ok "a mistake: its line is told" ||
	not_ok "a mistake: its line is told" "$(cat "$WORK/reload.err")"
: >"$WORK/events"
connect 8001
await_line "$WORK/events" '"phase":"started"' run
equal "and nothing is changed" "4000 port 8001-8002" "$(two_msl) $(status .track)"
configure "interface = server0" "track = nonsense"
reload
grep -q 'nothing is changed' "$WORK/reload.err" && ok "nonsense to track: nothing is changed" ||
	not_ok "nonsense to track: nothing is changed" "$(cat "$WORK/reload.err")"

cat "$WORK/good" - >"$WORK/config" <<<"max-flows = 1000"
reload
grep -q 'restarted: max-flows$' "$WORK/reload.err" && ok "what needs a restart is told" ||
	not_ok "what needs a restart is told" "$(cat "$WORK/reload.err")"

# The command line comes first.
stop run TERM
cp "$WORK/good" "$WORK/config"
rm -f "$WORK/events"
run_daemon --config "$WORK/config" --msl 7 --events state,time_wait,flow port 8001
equal "the command line before the file" 14000 "$(connect 8001; await_line "$WORK/events" '"phase":"started"' run; two_msl)"

# The log's file is moved away, and opened anew.
mv "$WORK/events" "$WORK/events.1"
reload
connect 8001
await_line "$WORK/events" '"cause":"syn"' run && ok "the events file is opened anew" || not_ok "the events file is opened anew" "no event in it"
stop run TERM
stop held TERM
check "nothing left" is_as_before
