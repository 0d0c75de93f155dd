# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# timewait, strays, leaks, halfopen, nat: of an instance that has seen nothing, and of real connections.

REPORTS="timewait strays leaks halfopen nat"
report() {
	"$XT" "$@" --pin "$PIN"
}
# rows REPORT...: its JSON, as one array, for jq.
rows() {
	report "$@" --json | jq -s .
}
# has FILTER REPORT...: jq's filter is true of the rows.
has() {
	local filter=$1
	shift
	rows "$@" >"$WORK/rows"
	jq -e "$filter" "$WORK/rows" >/dev/null || { cat "$WORK/rows"; return 1; }
}
# keys ROW KEYS: of the rows of that kind, which $WORK/rows has.
keys() {
	# Whose it is stands behind the rest, as far as it is known.
	jq -e --argjson keys "$2" --argjson whose '["process","process_unknown","netns","cgroup","unit","container","pod"]' \
		"map(select(.row == \"$1\")) | length > 0 and all((keys_unsorted - \$whose) == \$keys)" "$WORK/rows"
}
# hold NAME NETNS ARGUMENTS...: hold.py in the background, and ready.
hold() {
	local name=$1 netns=$2
	shift 2
	start "$name" nsenter --net="/run/netns/$netns" -- /usr/bin/python3 tests/product/cli/hold.py "$@"
	await_line "$WORK/$name.out" ready "$name"
}

for command in $REPORTS; do
	says "nothing runs: $command" 1 'no xdp-tcpstate has its pins in' "$XT" "$command" --pin "$PIN-none"
	prints "$command --help" "^Usage: xdp-tcpstate $command" "$XT" "$command" --help
done
says "--limit 0" 2 '--limit 0: expected a number' "$XT" timewait --limit 0
says "--older soon" 2 '--older soon: expected seconds' "$XT" leaks --older soon
says "a FILTER that is none" 2 'did you mean host' "$XT" leaks hots 10.0.0.1

check "lifetimes natively" "$BUILD/tests/lifetimes"

# ---- nothing to report ----

# Until all that is asked of the waits has been asked, none must have run out: 10 s, on a slow machine up to 50.
two_msl=$(((SECOND_MS + 999) / 1000 * 10))
[ $two_msl -le 50 ] || two_msl=50
two_msl_ms=$((two_msl * 1000))
watch reported --json -i server0 --pin "$PIN" --msl $((two_msl / 2)) --events flow
prints "timewait of nothing" "^ENDS IN TIME_WAIT: 0 \\(each for 2MSL, ${two_msl}s\\)\$" report timewait
prints "strays of nothing" '^STRAY SEGMENTS BY KIND \(0 since the start\)$' report strays
prints "leaks of nothing" '^none$' report leaks
prints "halfopen of nothing" '^0 local ends compared$' report halfopen
prints "nat of nothing" '^none$' report nat
check "timewait --json of nothing: the total" has "length == 1 and .[0].waiting == 0 and .[0].two_msl_ms == $two_msl_ms" timewait
check "total: its keys" keys total '["report","row","waiting","two_msl_ms","started","restarts","ended","reuse"]'
check "strays --json of nothing: the total" has 'length == 1 and .[0].strays == 0 and .[0].lifetime_ms.max == null' strays
check "leaks --json of nothing" has 'length == 0' leaks
check "nat --json of nothing" has 'length == 0' nat
check "halfopen --json of nothing" has 'length == 1 and .[0].found == 0' halfopen

# ---- timewait: clients here and there ----

in_server sysctl -qw net.ipv4.ip_local_port_range="20000 20999"
serve 8101
connect 8101 7
start peer nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/cli/connect.py --serve 8102
await_line "$WORK/peer.out" ready peer
in_server /usr/bin/python3 tests/product/cli/connect.py 10.77.0.1 8102 20
check "timewait: who waits" has 'map(select(.row == "holder") | [.end.addr, .end.port, .role, .local, .waiting]) ==
	[["10.77.0.2", null, "initiator", true, 20], ["10.77.0.1", null, "initiator", false, 7]]' timewait
check "holder: its keys" keys holder '["report","row","end","role","local","waiting","restarts","first_ends_ms","last_ends_ms"]'
check "pair: its keys" keys pair '["report","row","client","server","local","waiting","open","server_waiting","ports","used_percent","rate_per_s","dry_in_ms"]'
check "a client here: the range of its namespace" jq -e 'map(select(.row == "pair" and .client == "10.77.0.2"))[0] |
	.ports == {low: 20000, high: 20999, assumed: false} and .waiting == 20 and .used_percent == 2' "$WORK/rows"
check "a client elsewhere: an assumed range" jq -e 'map(select(.row == "pair" and .client == "10.77.0.1"))[0] |
	.ports == {low: 32768, high: 60999, assumed: true} and .waiting == 7 and .server.port == 8101' "$WORK/rows"
check "their ends are in 2MSL, at most" jq -e "map(select(.row == \"holder\")) |
	all(.first_ends_ms > 0 and .last_ends_ms <= $two_msl_ms and .first_ends_ms <= .last_ends_ms)" "$WORK/rows"
prints "text: the range is assumed" '^10\.77\.0\.1 +10\.77\.0\.2:8101 +7 +0 +0 +32768-60999 +assumed +0\.0 % ' report timewait
prints "text: --limit 1 says what is left out" '^\.\.\. and 1 more \(--limit 2 shows them\)$' report timewait --limit 1
# 20 in a second or less, of 25 ports: dry within 2MSL; of a thousand: never, since 200 wait at most.
in_server sysctl -qw net.ipv4.ip_local_port_range="20000 20024"
check "25 ports: when they run dry" has "map(select(.row == \"pair\" and .client == \"10.77.0.2\"))[0] |
	.used_percent == 80 and .dry_in_ms != null and .dry_in_ms < $two_msl_ms" timewait
in_server sysctl -qw net.ipv4.ip_local_port_range="20000 60999"
check "41,000 ports: never" has 'map(select(.row == "pair" and .client == "10.77.0.2"))[0].dry_in_ms == null' timewait
check "FILTER" has 'map(select(.row == "holder")) | length == 1 and .[0].waiting == 7' timewait port 8101
check "flows --json: the wait of a living flow" bash -c "'$XT' flows --pin '$PIN' --json port 8101 | jq -e -s 'length == 7 and
	all(.time_wait | .end == \"initiator\" and .outcome == null and .restarts == 0 and .elapsed_ms + .remaining_ms == $two_msl_ms
	and (keys_unsorted == [\"end\",\"since\",\"restarts\",\"elapsed_ms\",\"outcome\",\"reuse\",\"remaining_ms\"]))'"
over() { has '.[0].waiting == 0 and .[0].started == 27 and .[0].ended.expired == 27' timewait >/dev/null; }
check "2MSL later: all expired, none waits" await over
# The report comes once a sweep has told; the records a moment later.
await_records() { [ "$(grep -c '"event":"flow"' "$WORK/reported.out")" -ge 27 ]; }
await await_records
check "records: how their wait ended" jq -e -s "length >= 27 and all(.time_wait | .outcome == \"expired\" and .elapsed_ms == $two_msl_ms)" "$WORK/reported.out"
stop reported

# ---- leaks ----

watch reported --json -i server0 --pin "$PIN"
hold leaking "$SERVER_NS" --serve 8103
hold leaver "$CLIENT_NS" 10.77.0.2 8103 50 shut
found() { has 'map(select(.state == "CLOSE_WAIT" and .count == 50)) | length == 1' leaks >/dev/null; }
check "leaks: 50 in CLOSE_WAIT" await found
check "end: its keys" keys end '["report","row","state","role","local","end","peer","count","oldest_ms","pid","comm","orphans","gone"]'
check "with the process" jq -e "map(select(.state == \"CLOSE_WAIT\"))[0] | .local and .end == {addr: \"10.77.0.2\", port: 8103} and
	.role == \"responder\" and .peer == null and .pid == ${pid_of[leaking]} and .comm == \"python3\" and .oldest_ms >= 1000" "$WORK/rows"
check "and their peers in FIN_WAIT_2, which are not here" jq -e 'map(select(.state == "FIN_WAIT_2"))[0] |
	(.local | not) and .count == 50 and .end.port == null and .peer == {addr: "10.77.0.2", port: 8103} and
	(.pid == null or .pid == '"${pid_of[leaver]}"')' "$WORK/rows"
prints "text" "^CLOSE_WAIT +10\.77\.0\.2:8103 +local +50 +[0-9.]+s +python3 \(${pid_of[leaking]}\)\$" report leaks
prints "from another network namespace, too" "python3 \(${pid_of[leaking]}\)" in_client "$XT" leaks --pin "$PIN"
check "--older 100: none" has 'length == 0' leaks --older 100
stop leaver TERM
stop leaking TERM

# ---- halfopen ----

hold server "$SERVER_NS" --serve 8104
hold kept "$SERVER_NS" 10.77.0.1 8102 3 vanish
gone() { has 'map(select(.what == "socket_gone")) | length == 2' halfopen >/dev/null; }
check "halfopen: two sockets are gone" await gone
check "connection: its keys" keys connection '["report","row","what","flow","local","remote","wire","kernel","for_ms","unanswered","pid","comm"]'
check "what the wire says" jq -e 'map(select(.what == "socket_gone")) | all(.wire == "ESTABLISHED" and .kernel == null and
	.local.addr == "10.77.0.2" and .remote == {addr: "10.77.0.1", port: 8102} and .pid == null)' "$WORK/rows"
check "nothing else is half open" jq -e '.[0].found == 2 and .[0].compared >= 3' "$WORK/rows"
prints "text" '^socket_gone +10\.77\.0\.2:[0-9]+ +10\.77\.0\.1:8102 +ESTABLISHED +no socket ' report halfopen
stop kept TERM

hold far "$CLIENT_NS" --serve 8105
hold talker "$SERVER_NS" 10.77.0.1 8105 1 talk
# The peer's frames go to a MAC that nobody has from here on.
in_server ip neighbour replace 10.77.0.1 lladdr 02:00:00:00:77:99 dev server0 nud permanent
silent() { has 'map(select(.what == "peer_silent" and .remote.port == 8105)) | length == 1' halfopen >/dev/null; }
check "halfopen: the peer is cut off" await silent
check "with the process" jq -e "map(select(.what == \"peer_silent\"))[0] | .pid == ${pid_of[talker]} and .comm == \"python3\" and
	.unanswered >= 3 and .kernel == \"ESTABLISHED\"" "$WORK/rows"
in_server ip neighbour replace 10.77.0.1 lladdr $CLIENT_MAC dev server0 nud permanent
stop talker TERM
stop far TERM

start forger nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/cli/odd-segments.py client0 $SERVER_MAC rst 8104
await_line "$WORK/forger.out" ready forger
closed() { has 'map(select(.what == "closed_on_wire" and .local.port == 8104)) | length == 1' halfopen >/dev/null; }
check "halfopen: closed by an RST that the server did not take" await closed
check "with the process" jq -e "map(select(.what == \"closed_on_wire\"))[0] | .pid == ${pid_of[server]} and .wire == \"CLOSED\" and .kernel == \"ESTABLISHED\"" "$WORK/rows"
stop forger TERM

# ---- strays and nat ----

in_client /usr/bin/python3 tests/product/cli/odd-segments.py client0 $SERVER_MAC lone
check "strays: a segment of no connection" has 'map(select(.row == "kind" and .kind == "unknown" and .count == 1)) | length == 1' strays
check "kind: its keys" keys kind '["report","row","kind","count"]'
check "total: its keys" keys total '["report","row","strays","harmful","lifetime_ms","msl_ms"]'
prints "text" '^unknown +1 +of no connection that is known$' report strays
check "its event" jq -e -s 'map(select(.event == "stray" and .kind == "unknown"))[0] | .flow == null and .age_ms == null and .lifetime_ms == null and
	.flags == "R." and .seq == 1000 and .ack == 2000 and .ttl == 64 and .sender == "initiator" and (.in_window | not) and
	keys_unsorted == ["ts","event","flow","initiator","responder","roles","confirmed","seeded","sender","kind","flags","seq","ack","len","ttl","usual_ttl","age_ms","lifetime_ms","in_window","paws_rejects"]' "$WORK/reported.out"
in_client /usr/bin/python3 tests/product/cli/odd-segments.py client0 $SERVER_MAC invalid
passed_over() { "$XT" status --json --pin "$PIN" >"$WORK/status" && jq -e "$1" "$WORK/status" >/dev/null || { cat "$WORK/status"; return 1; }; }
check "status: what no host takes, by its reason" passed_over '.passed_over | [.bad_length, .bad_ip_checksum, .ttl_zero, .port_zero, .bad_address, .local_source] == [1, 1, 1, 1, 1, 2]'
check "and none of it is followed" has 'map(select(.initiator.port | IN(0, 1241, 1242, 1243, 1245, 1246, 1247))) == []' flows
in_client /usr/bin/python3 tests/product/cli/odd-segments.py client0 $SERVER_MAC clocks
check "nat: two clocks behind one address" has 'map(select(.from == "10.77.0.9")) == [{report: "nat", row: "pair", from: "10.77.0.9", to: "10.77.0.8", syns: 5, backwards: 2, worst: 995000}]' nat
prints "text" '^10\.77\.0\.9 +10\.77\.0\.8 +5 +2 +995000 ticks$' report nat
in_client /usr/bin/python3 tests/product/cli/odd-segments.py client0 $SERVER_MAC forged
check "the forged SYNs are there" has 'map(select(.initiator.addr == "10.77.0.7")) | length == 6' flows
check "nat: six forged SYNs forge nothing" has 'map(select(.from == "10.77.0.7")) == []' nat
stop reported

# A tap: what the frames say is all there is.
watch reported --json -i server0 --pin "$PIN" --direction rx
read -r took since_close < <(in_client /usr/bin/python3 tests/product/cli/odd-segments.py client0 02:00:00:00:77:99 late)
check "strays: how long late data was under way" has "map(select(.row == \"kind\") | .kind) == [\"late_data\"] and (.[0].lifetime_ms |
	.known == 1 and .p50 == .p99 and (.p50 - $took | fabs) * 8 < $took and (.max - $took | fabs) <= 30)" strays
prints "text" '^half of them up to [0-9]+ ms, 90 % up to [0-9]+ ms, 99 % up to [0-9]+ ms, the longest [0-9]+ ms$' report strays
check "its record: the strays by kind" bash -c "'$XT' flows --pin '$PIN' --json host 10.77.0.9 | jq -e -s 'map(.strays) == [{late_data: 1}]'"
check "its event" jq -e -s "map(select(.event == \"stray\")) | length == 1 and (.[0] | .kind == \"late_data\" and .sender == \"responder\" and
	(.lifetime_ms - $took | fabs) <= 30 and (.age_ms - $since_close | fabs) <= 50 and .paws_rejects)" "$WORK/reported.out"
check "timewait: a tap's ends are remote, and their ports assumed" has 'map(select(.row == "pair" and .client == "10.77.0.9"))[0] | (.local | not) and .ports.assumed and .waiting == 1' timewait
stop reported

# An idle flow that is forgotten, while its socket lives on.
watch reported --json -i server0 --pin "$PIN" --timeout established=1 --events flow
sleep 1.2 # what talks in the first second (--older) may have been missed by rights
hold idle "$CLIENT_NS" 10.77.0.2 8104 1 open
unseen() { has 'map(select(.what == "unseen" and .local == {addr: "10.77.0.2", port: 8104})) | length == 1' halfopen >/dev/null; }
check "halfopen: a socket without a flow" await unseen
check "with its process" jq -e "map(select(.what == \"unseen\"))[0] | .pid == ${pid_of[server]} and .flow == null and .wire == null and .kernel == \"ESTABLISHED\"" "$WORK/rows"
stop idle TERM
stop reported
stop server TERM
stop server8101 TERM
stop peer TERM
