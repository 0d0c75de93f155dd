# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What was lost while nobody was there is told once.

rm -f "$WORK/events"
run_daemon -i server0 --ring 16
stop run KILL
connect 8001 200
run_daemon -i server0 --ring 16
await_line "$WORK/events" '"event":"lost"' run
lost() { jq -s 'map(select(.event == "lost").count) | add' "$WORK/events"; }
told=$(lost)
[ "$told" -gt 100 ] && ok "lost events are told" || not_ok "lost events are told" "only $told"
equal "all of them" "$(status .events.lost)" "$told"
equal "and the others written" "$(status .events.emitted)" "$(jq -s 'map(select(.event != "lost")) | length' "$WORK/events")"
stop run KILL
run_daemon -i server0 --ring 16
connect 8001
await eval '[ "$(grep -c "\"cause\":\"syn\"" "$WORK/events")" -ge 2 ]'
sleep 1.2
equal "not again by the next one" "$told" "$(lost)"
stop run TERM
