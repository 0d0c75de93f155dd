# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# What another one left, and can't be gone on with: said, kept, and given up only on demand.

run_daemon -i server0 --max-flows 4096
hold held 8002 5 open
flows >"$WORK/flows"
stop run KILL
try=(in_server "$XT" run -i server0 --pin "$PIN" --listen none)
says "another --max-flows" 1 'made with --max-flows 4096, and this is --max-flows 131072.*5 connections .*--discard' "${try[@]}"
says "another --zone" 1 'made with --zone none, and this is --zone vlan' "${try[@]}" --max-flows 4096 --zone vlan
check "all is there still" diff "$WORK/flows" <(flows)
connect 8001
equal "and tracks" 6 "$(counter flows_opened)"
run_daemon -i server0 --max-flows 4096
said 'going on with what xdp-tcpstate .* left' && ok "started as it was: it goes on" ||
	not_ok "started as it was: it goes on" "$(head -n 1 "$WORK/run.err")"
equal "with its counters" 6 "$(counter flows_opened)"

# Another version's layout: the first word of the instance map is its number.
stop run KILL
mapfile -t -d ' ' value < <(bpftool map dump pinned "$PIN/maps/instance" -j | jq -j '.[0].value | join(" ")')
bpftool map update pinned "$PIN/maps/instance" key 0 0 0 0 value 0xfe "${value[@]:1}"
says "another version" 1 'its layout is number 254, of another version.*lose 6 connections .* and the counters of [0-9.]+s.*--discard' \
	"${try[@]}" --max-flows 4096
equal "its hooks are there still" 2 "$(ls "$PIN/hooks" | wc -l)"
run_daemon -i server0 --max-flows 4096 --discard
said 'starting afresh, since its layout is number 254.*lost are 6 connections' && ok "--discard says what is lost" ||
	not_ok "--discard says what is lost" "$(head -n 1 "$WORK/run.err")"
equal "and starts afresh" "0 0" "$(counter flows_opened) $(status .adoptions)"
hold more 8002 1 open
equal "and tracks" 1 "$(counter flows_opened)"
stop run TERM
stop more TERM
stop held TERM
check "nothing left" is_as_before

# One that died while it was pinning: it never tracked anything.
mkdir -p "$PIN/maps"
run_daemon -i server0
said 'left behind that never came to run' && ok "half pinned: cleaned up" || not_ok "half pinned: cleaned up" "$(head -n 1 "$WORK/run.err")"
stop run TERM
check "nothing left of that" is_as_before
