# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Connections in all nine states, opened before the attach; a daemon at the one end, a watch at the other. Then they close.

# As make_path, with a bridge between, where segments can get lost behind the one observer and before the other.
make_bridged_path() {
	local side
	make_netns CLIENT_NS client
	make_netns SERVER_NS server
	make_netns BRIDGE_NS bridge
	ip -n "$BRIDGE_NS" link add bridge0 type bridge || exit 1
	ip -n "$BRIDGE_NS" link set bridge0 up
	ip link add client0 address $CLIENT_MAC netns "$CLIENT_NS" type veth peer name to-client netns "$BRIDGE_NS" || exit 1
	ip link add server0 address $SERVER_MAC netns "$SERVER_NS" type veth peer name to-server netns "$BRIDGE_NS" || exit 1
	for side in to-client to-server; do
		ip -n "$BRIDGE_NS" link set "$side" master bridge0 up || exit 1
	done
	address_end "$CLIENT_NS" client0 1 2 $SERVER_MAC
	address_end "$SERVER_NS" server0 2 1 $CLIENT_MAC
	await_links "$CLIENT_NS" "$SERVER_NS" "$BRIDGE_NS"
}

make_bridged_path
obeying nine "$PYTHON" tests/kernel/seed/nine.py "$CLIENT_NS" "$SERVER_NS" "$BRIDGE_NS" "$SEED_COUNT" ||
	{ not_ok "nine" "the connections are not there: $(tail -n 1 "$WORK/nine.err")"; return; }
start sockets "$BUILD/tests/socket-states" "$CLIENT_NS" "$SERVER_NS"
await_line "$WORK/sockets.err" '^tracing' sockets || return
observe client run "$CLIENT_NS" -i client0 --listen 127.0.0.1:9436 --audit 5 || return
observe server watch "$SERVER_NS" -i server0 || return
results same.py "$CLIENT_NS" "$PINS-client" client "$SEED_COUNT"
results same.py "$SERVER_NS" "$PINS-server" server "$SEED_COUNT"
order nine close
results after.py "$WORK" "$CLIENT_NS" "$SERVER_NS"
stop server
stop client TERM
stop sockets
stop nine TERM
