# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A disk that fills up under a running daemon, and has room again: whole lines, and every event counted.

start answers nsenter --net="/run/netns/$SERVER_NS" -- $PYTHON tests/product/cli/connect.py --serve 8001
await_line "$WORK/answers.out" ready answers
mkdir "$WORK/disk"

# lost TYPE: events of it that could not be written, as the metrics have it.
lost() {
	scrape | sed -n "s/^tcpstate_events_lost_total{reason=\"write\",type=\"$1\"} //p"
}
told() { jq -s 'map(select(.event == "lost" and .reason == "write").count) | add // 0' "$1"; }

# Its own mount namespace has the disk: 64 KiB.
# shellcheck disable=SC2016
start run nsenter --net="/run/netns/$SERVER_NS" -- unshare --mount sh -c '
	mount -t tmpfs -o size=64k none "$1" && shift && exec "$@"' sh "$WORK/disk" \
	"$XT" run --pin "$PIN" --listen 127.0.0.1:0 -i server0 --events-file "$WORK/disk/events" --events flow --msl 0.5
await_line "$WORK/run.err" 'metrics at ' run
disk=/proc/${pid_of[run]}/root$WORK/disk

in_client $PYTHON tests/product/cli/connect.py 10.77.0.2 8001 300
all_told() {
	[ $(($(grep -c '"event":"flow"' "$disk/events") + $(lost flow))) -ge 300 ]
}
await all_told
check "a full disk: some were lost" [ "$(lost flow)" -gt 50 ]
equal "every one of 300 is written or counted" 300 $(($(grep -c '"event":"flow"' "$disk/events") + $(lost flow)))
check "its lines are whole" jq -es 'length > 10' "$disk/events"
equal "and nothing behind them" "" "$(tail -c 1 "$disk/events" | tr -d '\n')"
equal "told once" 1 "$(grep -c 'No space left on device. They are lost, and counted' "$WORK/run.err")"
scrape | grep -q '^tcpstate_flows_opened_total 300$' && ok "the rest goes on" || not_ok "the rest goes on" "$(scrape | grep flows_opened)"

mv "$disk/events" "$disk/events.1"
kill -HUP "${pid_of[run]}"
await [ -e "$disk/events" ]
before=$(($(lost flow) - $(told "$disk/events.1")))
rm "$disk/events.1"
await said 'works again'
in_client $PYTHON tests/product/cli/connect.py 10.77.0.2 8001 5
await eval '[ "$(grep -c "\"event\":\"flow\"" "$disk/events")" -ge 5 ]'
equal "room again: all are written" 5 "$(grep -c '"event":"flow"' "$disk/events")"
equal "and it says how many are missing" "$before" "$(told "$disk/events")"
stop run TERM
equal "it ends as always" 0 $?
stop answers TERM
