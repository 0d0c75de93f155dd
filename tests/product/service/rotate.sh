# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The events file of a running daemon, moved away under load as logrotate does: each event is in one of the files, once.

start echo nsenter --net="/run/netns/$SERVER_NS" -- $PYTHON tests/product/cli/connect.py --serve 8001
await_line "$WORK/echo.out" ready echo
mkdir "$WORK/log"
run_daemon -i server0 --events-file "$WORK/log/events" --events state,flow --msl 0.5
for i in 1 2 3 4 5; do
	in_client $PYTHON tests/product/cli/connect.py 10.77.0.2 8001 100 &
	client=$!
	sleep 0.1
	mv "$WORK/log/events" "$WORK/log/events.$i"
	kill -HUP "${pid_of[run]}"
	await [ -e "$WORK/log/events" ]
	wait $client
done
await eval '[ "$(cat "$WORK"/log/* | grep -c "\"event\":\"flow\"")" -ge 500 ]'
stop run TERM
cat "$WORK"/log/* >"$WORK/all"
check "all lines are JSON" jq -es 'length > 0' "$WORK/all"
equal "500 connections, each opened once" 500 "$(jq -s 'map(select(.event == "state" and .cause == "syn")) | length' "$WORK/all")"
equal "and each told of once" 500 "$(jq -s 'map(select(.event == "flow").flow) | unique | length' "$WORK/all")"
equal "nothing was lost" 0 "$(jq -s 'map(select(.event == "lost")) | length' "$WORK/all")"
check "there are six files" [ "$(ls "$WORK/log" | wc -l)" -eq 6 ]

# Full again and again, and moved away as well: it moves itself, without a capability and confined to its directory.
rm -r "$WORK/log"
mkdir "$WORK/log"
run_daemon -i server0 --events-file "$WORK/log/events" --events state,flow --msl 0.5 --events-max-size 2560K --events-keep 19
for i in 1 2 3; do
	in_client $PYTHON tests/product/cli/connect.py 10.77.0.2 8001 100 &
	client=$!
	sleep 0.1
	mv "$WORK/log/events" "$WORK/log/moved.$i"
	kill -HUP "${pid_of[run]}"
	await [ -e "$WORK/log/events" ]
	wait $client
done
await eval '[ "$(cat "$WORK"/log/* | grep -c "\"event\":\"flow\"")" -ge 300 ]'
check "a bound: it has moved itself aside" [ -s "$WORK/log/events.2" ]
check "none is larger than its part" [ "$(stat -c %s "$WORK"/log/events* | sort -n | tail -n 1)" -le $((128 << 10)) ]
sleep 1.2
equal "each time is counted" "$(find "$WORK/log" -name 'events.*' | wc -l)" "$("$XT" status --pin "$PIN" --json | jq .events.file.rotations)"
stop run TERM
cat "$WORK"/log/* >"$WORK/all"
check "all lines are JSON, still" jq -es 'length > 0' "$WORK/all"
equal "300 connections, each opened once" 300 "$(jq -s 'map(select(.event == "state" and .cause == "syn")) | length' "$WORK/all")"
equal "and each told of once, still" 300 "$(jq -s 'map(select(.event == "flow").flow) | unique | length' "$WORK/all")"

# A directory that is not root's, without CAP_DAC_OVERRIDE: told at the start.
mkdir -m 755 "$WORK/foreign"
touch "$WORK/foreign/events"
chown -R nobody "$WORK/foreign"
run_daemon -i server0 --events-file "$WORK/foreign/events"
said 'could not be made anew' && ok "a directory of somebody else: told" || not_ok "a directory of somebody else: told" "$(cat "$WORK/run.err")"
stop run TERM
stop echo TERM
