# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# A path that holds segments back: two veth pairs, and relay.py between them.

make_netns CLIENT_NS client
make_netns SERVER_NS server
make_netns RELAY_NS relay
ip link add client0 address "$CLIENT_MAC" netns "$CLIENT_NS" type veth \
	peer name to-client netns "$RELAY_NS" &&
	ip link add server0 address "$SERVER_MAC" netns "$SERVER_NS" type veth \
		peer name to-server netns "$RELAY_NS" || exit 1
for interface in to-client to-server; do
	inside "$RELAY_NS" ip link set "$interface" up || exit 1
done
address_end "$CLIENT_NS" client0 1 2 "$SERVER_MAC"
address_end "$SERVER_NS" server0 2 1 "$CLIENT_MAC"
await_links "$CLIENT_NS" "$RELAY_NS" "$SERVER_NS"
watch_at held-watch "$SERVER_NS" server0 || return
run_part both-wait both_wait.py "$(watcher held-watch)"
run_part held-back held_back.py "$(watcher held-watch)"
stop held-watch
