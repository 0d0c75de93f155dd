#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Where each packet passes two hooks (a bridge and its port; a router's receiving
# interface and its sending one), it is told and counted once (rule 38): also what leaves
# nothing behind by which it could be known again, strays and resets.
cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/veth/ways.sh

LEFT_MAC=02:00:00:00:77:11
RIGHT_MAC=02:00:00:00:77:12
BRIDGE_MAC=02:00:00:00:77:13
NOBODY_MAC=02:00:00:00:77:66

# make_middle: the client's interface leads to left, the server's to right.
make_middle() {
	make_netns CLIENT_NS client
	make_netns MIDDLE_NS middle
	make_netns SERVER_NS server
	ip link add client0 netns "$CLIENT_NS" type veth peer name left address $LEFT_MAC netns "$MIDDLE_NS" || exit 1
	ip link add server0 netns "$SERVER_NS" type veth peer name right address $RIGHT_MAC netns "$MIDDLE_NS" || exit 1
	inside "$CLIENT_NS" ip link set client0 up
	inside "$SERVER_NS" ip link set server0 up
	inside "$MIDDLE_NS" ip link set left up
	inside "$MIDDLE_NS" ip link set right up
	await_links "$CLIENT_NS" "$MIDDLE_NS" "$SERVER_NS"
}

make_router() {
	make_middle
	inside "$MIDDLE_NS" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0
	inside "$MIDDLE_NS" ip -batch - <<-END || exit 1
		address add 10.77.1.254/24 dev left
		address add 10.77.2.254/24 dev right
		neighbour replace 10.77.1.1 lladdr $NOBODY_MAC dev left nud permanent
		neighbour replace 10.77.2.1 lladdr $NOBODY_MAC dev right nud permanent
	END
}

make_bridge() {
	make_middle
	inside "$MIDDLE_NS" ip link add br0 address $BRIDGE_MAC type bridge
	inside "$MIDDLE_NS" ip link set left master br0
	inside "$MIDDLE_NS" ip link set right master br0
	inside "$MIDDLE_NS" ip link set br0 up
	await bridge_is_up || { echo "the bridge does not come up" >&2; exit 1; }
}
bridge_is_up() { [ "$(inside "$MIDDLE_NS" bridge link | grep -c 'state forwarding')" = 2 ]; }

# Of the last segments, the one that is told.
all_is_told() { [ "$(grep -c '"after_close"' "$WORK/watch.out")" -ge 1 ]; }

# told_once LEFT_STATION RIGHT_STATION
told_once() {
	tests/kernel/veth/twice.py "$CLIENT_NS:client0:$1" "$SERVER_NS:server0:$2" || return
	await all_is_told || { echo "no stray after the close"; cat "$WORK/watch.out"; return 1; }
	inside "$MIDDLE_NS" "$TCPSTATE" flows --json --pin "$PINS" >"$WORK/flows" || return
	tests/kernel/veth/twice.py --check "$WORK/watch.out" "$WORK/flows"
}

# watching INTERFACES OPTION...
watching() {
	local interfaces=$1
	shift
	start watch nsenter --net="/run/netns/$MIDDLE_NS" -- "$TCPSTATE" watch -i "$interfaces" --json --pin "$PINS" "$@"
	await_line "$WORK/watch.err" "$WATCHING" watch
}

for hook in tc xdp-generic; do
	make_bridge
	# The ports first: no XDP program goes below one that hangs at the bridge.
	watching left,right,br0 --hook $hook --direction rx || exit 1
	check "a bridge and its ports, $hook: strays and resets are told once" told_once $BRIDGE_MAC $BRIDGE_MAC
	stop watch
	make_router
	watching left,right --hook $hook --direction both || exit 1
	check "a router's two interfaces, $hook: strays and resets are told once" told_once $LEFT_MAC $RIGHT_MAC
	stop watch
done
tap_done
