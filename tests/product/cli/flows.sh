# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# flows and states on a full table: what they list, and how fast.

FLOWS=131072
# None may expire while the list is looked at, however long that takes.
watch full --json -i server0 --pin "$PIN" --events flow --max-embryos 0 --timeout syn_sent=86400
in_client tests/product/cli/syn-flood.py client0 $FLOWS
# The last may still be on its way; a set that runs full refuses a few.
enough() {
	[ "$("$XT" states --pin "$PIN" --json | jq 'select(.state == "SYN_SENT").initiator')" -ge $((FLOWS - 200)) ]
}
check "$FLOWS SYNs: $FLOWS flows, but for full sets" await enough

# within_a_second COMMAND...: of a machine that is as fast as those that the limit is for.
within_a_second() {
	local took
	took=$(tests/product/cli/took.py "$@") || return
	echo "took $took ms of $SECOND_MS"
	[ "$took" -lt "$SECOND_MS" ]
}
check "flows lists them in under a second" within_a_second "$XT" flows --pin "$PIN"
check "flows --json, too" within_a_second "$XT" flows --pin "$PIN" --json
"$XT" flows --pin "$PIN" -n >"$WORK/list"
"$XT" flows --pin "$PIN" --json >"$WORK/list.json"
rows=$(($(wc -l <"$WORK/list") - 1))
[ $rows -ge $((FLOWS - 200)) ] && [ "$rows" -eq "$(wc -l <"$WORK/list.json")" ] && ok "both list as many ($rows)" ||
	not_ok "both list as many" "$rows and $(wc -l <"$WORK/list.json")"
check "each flow once" bash -c "[ \$(tail -n +2 '$WORK/list' | cut -d' ' -f1 | sort -u | wc -l) -eq $rows ]"
check "flows --json is JSON" jq -e -s "length == $rows and all(.event == \"flow\" and .ended == false and .end == null and
	.initiator.state == \"SYN_SENT\" and .conn_state == \"S0\" and .one_sided)" "$WORK/list.json"
check "columns are aligned" bash -c "[ \$(grep -obE 'LISTEN' -m1 '$WORK/list' | wc -l) -eq 1 ] &&
	[ \$(awk '{ print index(\$0, \"10.77.0.2:443\") }' '$WORK/list' | sort -u | wc -l) -eq 2 ]"

prints "FILTER: one host" '10\.9\.3\.7:1024 +SYN_SENT +10\.77\.0\.2:443 +LISTEN' "$XT" flows -n --pin "$PIN" host 10.9.3.7 and src port 1024
[ "$(wc -l <"$WORK/prints.out")" -eq 2 ] && ok "FILTER: no other" || not_ok "FILTER: no other" "$(wc -l <"$WORK/prints.out") lines"
# count EXPRESSION: how many flows it lets through.
count() {
	"$XT" flows --pin "$PIN" --json "$@" | wc -l
}
same() {
	[ "$2" -eq "$3" ] && ok "FILTER: $1" || not_ok "FILTER: $1" "$2, not $3"
}
same "not" "$(count not net 10.9.0.0/17)" $((rows - $(count net 10.9.0.0/17)))
same "or" "$(count net 10.9.0.0/17 or net 10.9.128.0/17)" "$rows"
same "dst is the responder" "$(count dst net 10.9.0.0/16)" 0
same "src is the initiator" "$(count src net 10.9.0.0/16 and dst port 443)" "$rows"
same "state, either end" "$(count state listen)" "$rows"
same "state of one end" "$(count src state LISTEN)" 0
same "parentheses and lists" "$(count '(port 1024,1025 and not (state ESTABLISHED or port 80-90))')" "$rows"
"$XT" flows --pin "$PIN" | head -n 3 >"$WORK/out"
[ "${PIPESTATUS[0]}" -eq 0 ] && ok "flows | head ends quietly" || not_ok "flows | head ends quietly" "it failed"
stop full
