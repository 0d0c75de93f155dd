# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Whose peers /api/summary names: those that "ss" shows to any user, all with --api-peers, none to the network.

PIN=$BPFFS/peers
# The server's own connections to the client, which then wait at the server; and those of somebody at a tap.
wait_locally() { # PORT COUNT
	start listener nsenter --net="/run/netns/$CLIENT_NS" -- /usr/bin/python3 tests/product/cli/connect.py --serve "$1"
	await_line "$WORK/listener.out" ready listener
	in_server $PYTHON tests/product/cli/connect.py 10.77.0.1 "$1" "$2"
}
others() { in_client $PYTHON tests/product/cli/odd-segments.py client0 $SERVER_MAC transit; }
# The same, but from an address of the server's, with no socket there: what a router with NAT sees.
behind_nat() { in_client $PYTHON tests/product/cli/odd-segments.py client0 $SERVER_MAC nat; }

summary() { in_server curl -sf "http://127.0.0.1:9452/api/summary" >"$WORK/summary"; }
surveyed() { summary && jq -e '.port_pressure | length == 3' "$WORK/summary" >/dev/null; }
# Pairs that are named; how many rows are not; which it names.
told() { jq -r '[([.port_pressure[] | select(.from) | "\(.from)>\(.to)"] | sort | join(" ")), "unnamed=\(.unnamed.port_pressure)",
	"null=\([.port_pressure[] | select(.from == null and .to == null)] | length)", .peers] | join(" ")' "$WORK/summary"; }

run_with() { # OPTION...
	run_daemon -i server0 --hook xdp --pin "$PIN" --keep-attached --msl 300 "$@"
	await surveyed || { not_ok "$*" "the survey has not what it should: $(jq -c .port_pressure "$WORK/summary")"; return 1; }
}

own="10.77.0.2>10.77.0.1 8301" tap="10.77.0.9>10.77.0.8 80" nat="10.77.0.2>10.77.0.8 81"
run_daemon -i server0 --hook xdp --pin "$PIN" --listen 127.0.0.1:9452 --keep-attached --msl 300
wait_locally 8301 3
others
behind_nat
await surveyed || not_ok "the survey" "it has not what it should: $(cat "$WORK/summary")"
equal "by default, those of the host's own connections" "$own unnamed=2 null=2 own" "$(told)"
check "the numbers of the others are there" jq -e '[.port_pressure[].waiting] | sort == [1, 1, 3]' "$WORK/summary"
stop run TERM
run_with --listen 127.0.0.1:9452 --api-peers
equal "--api-peers: all" "$own $nat $tap unnamed=0 null=0 all" "$(told)"
stop run TERM
run_with --listen :9452
equal "open to the network: none" "unnamed=3 null=3 none" "$(told | sed 's/^ *//')"
stop run TERM
run_with --listen :9452 --api-peers
equal "unless --api-peers says all" "$own $nat $tap unnamed=0 null=0 all" "$(told)"
check "which the start says, too" grep -q 'with --api-peers who is connected to whom' "$WORK/run.err"
stop run TERM
stop listener TERM
in_server "$XT" detach --pin "$PIN" >/dev/null
