# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# --json, without a terminal; what it says when there is none and one is needed.

# says NAME STATUS REGEX COMMAND...: it ends with that status, and what it says on stderr fits.
says() {
	local name=$1 status=$2 regex=$3 got
	shift 3
	"$@" >"$WORK/says.out" 2>"$WORK/says.err" </dev/null
	got=$?
	[ $got -eq "$status" ] && grep -qE -- "$regex" "$WORK/says.err" && [ ! -s "$WORK/says.out" ] && ok "$name" ||
		not_ok "$name" "status $got; said: $(head -n 1 "$WORK/says.err"); printed: $(head -c 100 "$WORK/says.out")"
}
says "no terminal" 1 'top draws on a terminal, and standard input is none; .*--json' "$XT" top --pin "$PIN"
says "no instance" 1 'no xdp-tcpstate has its pins in /sys/fs/bpf/nowhere' "$XT" top --pin /sys/fs/bpf/nowhere
says "no instance, as JSON" 1 '^{"error":"no xdp-tcpstate' "$XT" top --json --pin /sys/fs/bpf/nowhere
says "a FILTER with an error" 2 'is not a state; did you mean ESTABLISHED' "$XT" top --pin "$PIN" state ESTABLISED
says "an interval with an error" 2 'interval x: expected seconds' "$XT" top --pin "$PIN" --interval x
says "a column that there is not" 2 'sort x: expected one of .*segments' "$XT" top --pin "$PIN" --sort x

began=$(date +%s%N)
check "--count: as many objects" bash -c "'$XT' top --pin '$PIN' --json --interval 0.4 --count 3 >'$WORK/top.json' </dev/null &&
	[ \$(wc -l <'$WORK/top.json') -eq 3 ]"
took=$((($(date +%s%N) - began) / 1000000))
[ $took -ge 1200 ] && ok "--interval: each after its time ($took ms)" || not_ok "--interval: each after its time" "$took ms"
check "each is an object of the same shape" jq -e -s 'all(.event == "top" and .interval_ms >= 400 and .instance.alive and
	(.instance.hooks | length) == 2 and .connections == 9 and (.states | length) == 11 and .cost.flows == 9)' "$WORK/top.json"
"$XT" states --pin "$PIN" --json | jq -S -c . | sort >"$WORK/states"
tail -n 1 "$WORK/top.json" | jq -S -c '.states[] | {state, initiator, responder}' | sort >"$WORK/top-states"
check "states are those of states" diff "$WORK/states" "$WORK/top-states"
"$XT" flows --pin "$PIN" --json | jq -S -c '{flow, initiator: .initiator | {addr, port, state}, packets: [.initiator.packets, .responder.packets]}' |
	sort >"$WORK/flows"
tail -n 1 "$WORK/top.json" | jq -S -c '.busiest[] | {flow, initiator, packets}' | sort >"$WORK/top-flows"
check "the busiest are those of flows" diff "$WORK/flows" "$WORK/top-flows"
check "FILTER" jq -e '.connections == 3 and (.busiest | length) == 3 and all(.busiest[]; .initiator.state == "FIN_WAIT_2")' \
	<("$XT" top --pin "$PIN" --json --count 1 --interval 0.2 state FIN_WAIT_2)
check "--group" jq -e '.grouped == "services" and (.busiest | length) == 1 and .busiest[0].connections == 9 and .busiest[0].open == 9' \
	<("$XT" top --pin "$PIN" --json --count 1 --interval 0.2 --group services)
check "--older: ends left half closed" jq -e '[.leaks[] | select(.state == "CLOSE_WAIT")] | length == 1 and
	.[0].count == 3 and .[0].role == "responder" and .[0].end == {"addr":"10.77.0.2","port":9001} and .[0].peer == null' \
	<("$XT" top --pin "$PIN" --json --count 1 --interval 0.2 --older 0.1)
"$XT" top --pin "$PIN" --json --interval 0.1 | head -n 1 >/dev/null
[ "${PIPESTATUS[0]}" -eq 0 ] && ok "top --json | head ends quietly" || not_ok "top --json | head ends quietly" "it failed"

# What goes by in several intervals adds up to what has gone by.
start stream "$XT" top --pin "$PIN" --json --interval 0.3
await_line "$WORK/stream.out" '"event":"top"' stream
in_client /usr/bin/python3 tests/product/cli/connect.py 10.77.0.2 9002 40
talked() {
	jq -e -s 'map(.rates.closes.initiator.fin * .interval_ms / 1000) | add | . > 39.5' "$WORK/stream.out"
}
await talked >/dev/null
sleep 0.7
stop stream
total() {
	jq -s "map($1 * .interval_ms / 1000) | add | round" "$WORK/stream.out"
}
same() {
	[ "$2" -eq "$3" ] && ok "$1 ($2)" || not_ok "$1" "$2, not $3"
}
same "connections opened" "$(total .rates.opened)" 40
same "closes" "$(total '([.rates.closes[][]] | add)')" 40
same "bytes: question and answer" "$(total .rates.payload_bytes)" $((40 * (8 + 6)))
same "waits began" "$(total .time_wait.started_per_s)" 40
same "ends came to TIME_WAIT" "$(total '(.states[] | select(.state == "TIME_WAIT").entered)')" 40
same "segments: as many as the flows have" "$(total .rates.segments)" \
	"$("$XT" flows --pin "$PIN" --json port 9002 | jq -s 'map(.initiator.packets + .responder.packets) | add')"
check "ports that they keep" jq -e '.ports[0] | .waiting == 40 and .open == 0 and .client.addr == "10.77.0.1" and
	.server == {"addr":"10.77.0.2","port":9002} and .ports == 28232 and .assumed' <(tail -n 1 "$WORK/stream.out")

# Strays: of one connection, told by its history.
port=$("$XT" flows --pin "$PIN" --json port 9001 and state FIN_WAIT_2 | jq -s '.[0].initiator.port')
start stream "$XT" top --pin "$PIN" --json --interval 0.3
await_line "$WORK/stream.out" '"event":"top"' stream
in_client tests/product/top/stray.py client0 10.77.0.1 "$port" 10.77.0.2 9001 5
strayed() {
	jq -e -s "[.[-1].strays.newest[] | select(.initiator.port == $port).count] | add == 5" "$WORK/stream.out"
}
check "the newest strays" await strayed
stop stream
same "strays by kind" "$(total '([.strays.kinds[].per_s] | add)')" 5
