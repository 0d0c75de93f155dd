# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What a FILTER lets through of real connections: flows, the reports, watch and replay; flows --sort, --limit and -n.
# (What is wrong with one, and where: filter.sh.)

# Port 8022 answers and closes; 8023 keeps what is open; on 8024 nobody listens.
serve 8022
start keeper nsenter --net="/run/netns/$SERVER_NS" -- /usr/bin/python3 tests/product/cli/hold.py --serve 8023
await_line "$WORK/keeper.out" ready keeper
watch events --json -i server0 --pin "$PIN" --events state,time_wait,stray,flow
# A part of it, at the packets' other end.
start some nsenter --net="/run/netns/$CLIENT_NS" -- "$XT" watch --json -i client0 --events state,stray \
	'flags S. and by responder or (tcp dst port 8024 and cause refused) or kind late_data and by responder or
	not cause syn,syn_ack,handshake_ack and src net 10.77.0.0/24 and dport = :8022'
await_line "$WORK/some.err" 'watching ' some

connect 8022 3
start holder nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/cli/hold.py 10.77.0.2 8023 2 open
await_line "$WORK/holder.out" ready holder
connect 8024 2>/dev/null
in_client /usr/bin/python3 tests/product/cli/odd-segments.py client0 $SERVER_MAC late >/dev/null

# chosen N FILTER: so many flows are listed, and counted by states.
chosen() {
	local wanted=$1
	shift
	"$XT" flows --pin "$PIN" --json "$@" >"$WORK/chosen.json" || return
	[ "$(wc -l <"$WORK/chosen.json")" -eq "$wanted" ] || { cat "$WORK/chosen.json"; return 1; }
	[ "$("$XT" states --pin "$PIN" --json "$@" | jq -s 'map(.initiator) | add')" -eq "$wanted" ]
}
check "all of them are there" await chosen 7 ip
check "flows: how fin" chosen 4 how fin
check "flows: how and a port" chosen 3 'how fin and port 8022'
check "flows: by initiator" chosen 3 'by initiator and dport = :8022'
check "flows: cause refused" chosen 1 cause refused
check "flows: by responder, who refused" chosen 1 'by responder and dst port 8024'
check "flows: open ones, as ss asks" chosen 2 'state established and dport = :8023'
check "flows: open ones, as tcpdump and by hand" chosen 2 'tcp dst port 8023 and how none'
check "flows: bytes" chosen 2 'src bytes = 5 and dst bytes = 0'
check "flows: bytes, both ends" chosen 3 'port 8022 and bytes >= 14 and bytes < 1k'
check "flows: packets" chosen 1 'packets <= 2'
check "flows: age" chosen 7 'age > 1ms and age < 1h and duration lt 1d'
check "flows: strays" chosen 1 'strays > 0'
check "flows: none of IPv6" chosen 0 ip6
check "flows: host and not" chosen 6 'host 10.77.0.1 and not how rst or dst 10.77.0.250 or src 10.77.0.9'
check "a report: timewait" bash -c "'$XT' timewait --pin '$PIN' --json 'how fin and dport = :8022' | jq -e -s '.[0].waiting == 3'"
check "a report: timewait of none" bash -c "'$XT' timewait --pin '$PIN' --json 'retransmits > 1000' | jq -e -s '.[0].waiting == 0'"
check "top" bash -c "'$XT' top --pin '$PIN' --json --count 1 --interval 0.1 'how none and dport = :8023' |
	jq -e '.busiest | length == 2'"

# ---- flows --sort, --limit, -n ----

sorted() {
	"$XT" flows --pin "$PIN" --json --sort "$@" | jq -s 'map(.initiator.bytes + .responder.bytes)' >"$WORK/sorted"
}
check "--sort bytes" eval 'sorted bytes && jq -e "length == 7 and . == (sort | reverse)" "$WORK/sorted"'
check "--sort -bytes" eval 'sorted -bytes && jq -e "length == 7 and . == sort" "$WORK/sorted"'
check "--sort bytes:asc --limit" eval 'sorted bytes:asc --limit 3 && jq -e "length == 3 and . == sort and .[0] == 0" "$WORK/sorted"'
check "--sort age" bash -c "'$XT' flows --pin '$PIN' --json --sort age | jq -e -s 'length == 7 and map(.start) == (map(.start) | sort)'"
prints "--limit: how many are not shown" '^\.\.\. and 4 more \(--limit 3\)$' "$XT" flows --pin "$PIN" --limit 3
[ "$(wc -l <"$WORK/prints.out")" -eq 5 ] && ok "--limit: as many rows" || not_ok "--limit: as many rows" "$(cat "$WORK/prints.out")"
says "--sort: no such column" 2 'no column byte; did you mean bytes' "$XT" flows --pin "$PIN" --sort byte

serve 80
connect 80
prints "a service's name" '10\.77\.0\.2:http +LAST_ACK|10\.77\.0\.2:http +CLOSED' "$XT" flows --pin "$PIN" port http
prints "-n: its number" '10\.77\.0\.2:80 +' "$XT" flows --pin "$PIN" -n port http
check "JSON has the number" bash -c "'$XT' flows --pin '$PIN' --json port http | jq -e -s 'length > 0 and all(.responder.port == 80)'"

# ---- events ----

await_line "$WORK/some.out" late_data some
stop some
stop events
# has_some N JQ: jq's expression is true of so many of the events that the filtered watch has printed, or more.
has_some() {
	[ "$(jq -c "select($2)" "$WORK/some.out" | wc -l)" -ge "$1" ]
}
syn_acks='.flags == "S." and .sender == "responder"'
refusals='.cause == "refused" and .responder.port == 8024'
late='.kind == "late_data" and .sender == "responder"'
others='(.cause as $c | ["syn", "syn_ack", "handshake_ack"] | index($c) | not) and .responder.port == 8022'
check "watch: flags and by" has_some 6 "$syn_acks"
check "watch: cause" has_some 1 "$refusals"
check "watch: kind" has_some 1 "$late"
check "watch: not cause" has_some 9 "$others"
check "watch: and nothing else" jq -e -s "all(.[]; ($syn_acks) or ($refusals) or ($late) or ($others))" "$WORK/some.out"

# ---- replay of the same kind, in its own time ----

/usr/bin/python3 - "$WORK/replayed.pcap" <<'END'
"""Two connections: one that the server resets after 2 s, one that is refused."""
import struct
import sys

packets = []


def segment(ms, sport, dport, flags, seq, ack, data=b""):
    ends = bytes([10, 0, 0, 1, 10, 0, 0, 2])
    if dport > sport:
        ends = ends[4:] + ends[:4]
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 5 << 4, flags, 8192, 0, 0)
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0x4000, 64, 6, 0) + ends
    total = sum(struct.unpack("!10H", ip))
    total = (total & 0xffff) + (total >> 16)
    ip = ip[:10] + struct.pack("!H", 0xffff - total) + ip[12:]
    pseudo = ip[12:] + struct.pack("!HH", 6, 20 + len(data)) + tcp + data
    total = sum(struct.unpack("!%dH" % (len(pseudo) // 2), pseudo))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    tcp = tcp[:16] + struct.pack("!H", 0xffff - total) + tcp[18:]
    packets.append((ms, bytes(12) + b"\x08\x00" + ip + tcp + data))


segment(0, 40000, 443, 2, 100, 0)
segment(1, 443, 40000, 0x12, 500, 101)
segment(2, 40000, 443, 0x10, 101, 501)
segment(3, 40000, 443, 0x18, 101, 501, b"question")
segment(2003, 443, 40000, 0x14, 501, 109)
segment(2004, 40001, 25, 2, 100, 0)
segment(2005, 25, 40001, 0x14, 0, 101)
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
    for ms, frame in packets:
        file.write(struct.pack("<IIII", 1000 + ms // 1000, ms % 1000 * 1000, len(frame), len(frame)) + frame)
END
# replayed FILTER JQ: of the capture's events, jq's expression is true.
replayed() {
	"$XT" replay --json "$WORK/replayed.pcap" "$1" >"$WORK/replayed.out" || return
	jq -e -s "$2" "$WORK/replayed.out" || { cat "$WORK/replayed.out"; return 1; }
}
check "replay: how, and bytes" replayed 'how rst and bytes = 8' 'map(.event) == ["flow"] and .[0].responder.port == 443'
check "replay: duration, in its own time" replayed 'duration > 1s and duration < 3s' 'length == 1 and .[0].close.by == "responder"'
check "replay: cause, of events and flows" replayed 'cause refused' 'map(.event) == ["state", "flow"] and all(.responder.port == 25)'
check "replay: flags" replayed 'flags R.' 'length == 2 and all(.flags == "R.")'
check "replay: by" replayed 'by responder and port https' 'map(.event) == ["state", "state", "flow"]'
check "replay: not" replayed 'not by responder and not port 25' 'all(.sender == "initiator" and .event == "state")'
# chooses FILTER JQ: of the events that there are without one, those for which jq's expression is true, and some.
"$XT" replay --json --events state,time_wait,stray,flow "$WORK/replayed.pcap" >"$WORK/all.out"
chooses() {
	"$XT" replay --json --events state,time_wait,stray,flow "$WORK/replayed.pcap" "$1" | jq -c . >"$WORK/chosen.out"
	jq -c "select($2)" "$WORK/all.out" | diff - "$WORK/chosen.out" && [ -s "$WORK/chosen.out" ]
}
check "replay: exactly those, by" chooses 'by responder' '.sender == "responder" or .close.by == "responder"'
check "replay: exactly those, not by" chooses 'not by responder' '.sender != "responder" and .close.by != "responder"'
check "replay: exactly those, len" chooses 'len = 0 and port 443' '.len == 0 and .responder.port == 443'
check "replay: exactly those, bytes" chooses 'bytes < 1k' '.event == "flow"'
check "replay: exactly those, not bytes" chooses 'not bytes < 1k' '.event != "flow"'
check "replay: exactly those, of both" chooses 'how != rst or src state closed' '.event != "flow" or .initiator.state == "CLOSED"'
says "replay --summary: words of what it does not look at" 2 '"kind" .* here are only time_wait events and flows' \
	"$XT" replay --summary "$WORK/replayed.pcap" kind late_data
stop holder TERM
stop keeper TERM
stop server8022 TERM
stop server80 TERM
