# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# watch: what it prints of real connections.

serve 8005
serve 8006
watch seen --json -i server0 --msl 0.5 --events state,time_wait,flow
connect 8005
await_line "$WORK/seen.out" '"event":"flow"' seen
stop seen
# Each kind has exactly the keys of DESIGN section 5.
keys() {
	jq -e -s --argjson keys "$2" "map(select(.event == \"$1\")) | length > 0 and all(keys_unsorted == \$keys)" "$WORK/seen.out"
}
known_keys() {
	jq -e -s --argjson keys "$2" --argjson whose '["whose","process","process_unknown","netns","cgroup","unit","container","pod"]' \
		"map(select(.event == \"$1\")) | length > 0 and all((keys_unsorted - \$whose) == \$keys)" "$WORK/seen.out"
}
check "state: its keys" keys state '["ts","event","flow","initiator","responder","roles","confirmed","seeded","sender","flags","seq","ack","len","cause"]'
# Whose it is stands behind the rest, as far as it is known.
check "flow: its keys" known_keys flow '["ts","event","flow","initiator","responder","roles","confirmed","seeded","ended","start","end","duration_ms","handshake","close","conn_state","time_wait","strays","one_sided","inferred","unacknowledged","observed_twice"]'
check "ends: their keys" jq -e -s 'map(select(.event == "state") | .initiator, .responder) | all(keys_unsorted == ["addr","port","state","was"])' "$WORK/seen.out"
check "ends of a flow: their keys" jq -e -s 'map(select(.event == "flow") | .initiator, .responder) | all(keys_unsorted ==
	["addr","port","state","packets","bytes","bytes_acked","retransmits","out_of_order","zero_windows","syns","fins","rsts","ttl","mss","wscale","sack","timestamps"])' "$WORK/seen.out"
check "one incarnation, one flow number" jq -e -s '(map(.flow) | unique | length == 1) and (.[0].flow | test("^[0-9a-f]{16}$"))' "$WORK/seen.out"
check "times are RFC 3339 with nanoseconds" jq -e -s 'all(.ts | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{9}Z$"))' "$WORK/seen.out"
check "the clock is right" bash -c "[ \$(( \$(date +%s) - \$(jq -r -s '.[0].ts | sub(\"\\\\.[0-9]+\"; \"\") | fromdate' '$WORK/seen.out') )) -le $PATIENCE ]"
check "the handshake" jq -e -s 'map(select(.event == "state"))[0:3] | map(.flags) == ["S", "S.", "."] and map(.sender) == ["initiator", "responder", "initiator"]' "$WORK/seen.out"
check "time_wait: started, then expired after 2 MSL" jq -e -s 'map(select(.event == "time_wait")) |
	map(.phase) == ["started", "ended"] and all(.end == "initiator" and .two_msl_ms == 1000) and
	.[1].outcome == "expired" and (.[1].elapsed_ms >= 1000) and (.[1].elapsed_ms < 1100)' "$WORK/seen.out"
check "flow: bytes and close" jq -e -s 'map(select(.event == "flow"))[0] | .initiator.bytes == 8 and .responder.bytes == 6 and
	.close.by == "initiator" and .close.how == "fin" and .conn_state == "SF" and .ended and (.one_sided | not)' "$WORK/seen.out"

watch text -i server0
connect 8005
await_line "$WORK/text.out" 'LAST_ACK -> CLOSED' text
stop text
check "text: SYN" grep -qE '10\.77\.0\.1:[0-9]+ +> 10\.77\.0\.2:8005 +CLOSED -> SYN_SENT +LISTEN +\[S\] +syn$' "$WORK/text.out"
check "text: SYN-ACK" grep -qE '< 10\.77\.0\.2:8005 +SYN_SENT -> ESTABLISHED +LISTEN -> SYN_RECEIVED +\[S\.\] +syn_ack$' "$WORK/text.out"
check "text: no colour but on a terminal" bash -c "! grep -q $'\033' '$WORK/text.out'"

watch chosen --json -i server0 'port 8006 and state ESTABLISHED'
connect 8005
connect 8006
await_line "$WORK/chosen.out" 8006 chosen
stop chosen
check "FILTER" jq -e -s 'length > 0 and all(.responder.port == 8006 and (.initiator.state == "ESTABLISHED" or .responder.state == "ESTABLISHED"))' "$WORK/chosen.out"

start counted nsenter --net="/run/netns/$SERVER_NS" -- "$XT" watch --json -i server0 --count 3
await_line "$WORK/counted.err" 'watching ' counted
connect 8005
await eval '! runs "${pid_of[counted]}"'
stop counted && [ "$(wc -l <"$WORK/counted.out")" -eq 3 ] && ok "--count 3" || not_ok "--count 3" "$(wc -l <"$WORK/counted.out") lines"
in_server "$XT" watch -i server0 --duration 0.3 >/dev/null 2>&1 && ok "--duration" || not_ok "--duration" "failed"

# A reader that goes away ends it quietly.
start head nsenter --net="/run/netns/$SERVER_NS" -- bash -c "'$XT' watch -i server0 | head -n 2; exit \${PIPESTATUS[0]}"
await_line "$WORK/head.err" 'watching ' head
# What it has written by then may all be in the pipe: it learns with the next line.
head_has_gone() {
	runs "${pid_of[head]}" || return 0
	connect 8005
	return 1
}
await head_has_gone
stop head && [ "$(grep -vc watching "$WORK/head.err")" -eq 0 ] && ok "watch | head ends quietly" ||
	not_ok "watch | head ends quietly" "$(tail -n 1 "$WORK/head.err")"

# A reader that is stuck does not keep it from ending.
mkfifo "$WORK/fifo"
sleep 1000 <>"$WORK/fifo" &
reader=$!
start stuck nsenter --net="/run/netns/$SERVER_NS" -- bash -c "exec '$XT' watch --json -i server0 >'$WORK/fifo'"
await_line "$WORK/stuck.err" 'watching ' stuck
connect 8005 200
began=$SECONDS
stop stuck TERM && [ $((SECONDS - began)) -le 5 ] && grep -q 'did not take the rest' "$WORK/stuck.err" &&
	ok "a stuck reader: it ends, and says what was lost" ||
	not_ok "a stuck reader: it ends, and says what was lost" "$(tail -n 1 "$WORK/stuck.err")"
kill $reader

# More than the ring holds, while the reader sleeps: printed or counted as lost, nothing else.
watch lossy --json -i server0 --ring 4 --events state --pin "$PIN"
kill -STOP "${pid_of[lossy]}"
connect 8005 100
kill -CONT "${pid_of[lossy]}"
await_line "$WORK/lossy.out" '"event":"lost"' lossy
emitted=$("$XT" status --pin "$PIN" --json | jq .events.emitted)
missing=$("$XT" status --pin "$PIN" --json | jq .events.lost)
stop lossy
printed=$(grep -c '"event":"state"' "$WORK/lossy.out")
lost=$(jq -s 'map(select(.event == "lost") | .count) | add' "$WORK/lossy.out")
# A connection takes six changes of state, or seven if the server's FIN comes late.
[ "$printed" -eq "$emitted" ] && [ "$lost" -eq "$missing" ] && [ $((printed + lost)) -ge 600 ] && ok "100 connections: $printed events printed, $lost lost, none unaccounted" ||
	not_ok "100 connections: every event printed or lost" "$printed printed of $emitted, $lost told as lost of $missing"

# What a pipe alone takes, on a machine that is busy or slow, is multiplied: there is more on an event's way.
pipe=$(/usr/bin/python3 tests/product/cli/latency.py --tick 60 | /usr/bin/python3 tests/product/cli/latency.py 60000 | sed 's/median \([0-9]*\).*/\1/')
check "an event reaches the reader within 100 ms" bash -c "
	nsenter --net=/run/netns/$SERVER_NS -- '$XT' watch --json -i server0 --events state --count 60 2>'$WORK/quick.err' |
		/usr/bin/python3 tests/product/cli/latency.py $((100 + 10 * pipe)) &
	until grep -q 'watching ' '$WORK/quick.err' 2>/dev/null; do sleep 0.02; done
	nsenter --net=/run/netns/$CLIENT_NS -- /usr/bin/python3 tests/product/cli/connect.py 10.77.0.2 8005 10
	wait \$!"
stop server8005 TERM
stop server8006 TERM
