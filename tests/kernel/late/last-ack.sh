# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The last ACK lost on its way: behind our hook, which runs before clsact's filters.

make_path
watch_at last-ack-client "$CLIENT_NS" client0 || return
watch_at last-ack-server "$SERVER_NS" server0 || return
for at in "$CLIENT_NS client0" "$SERVER_NS server0"; do
	read -r netns interface <<<"$at"
	# Before Linux 6.6, our own transmit hook has made one.
	{ inside "$netns" tc qdisc show dev "$interface" | grep -q clsact ||
		inside "$netns" tc qdisc add dev "$interface" clsact; } &&
		inside "$netns" tc filter add dev "$interface" egress \
			bpf direct-action object-file "$BUILD/tests/drop-last-ack.bpf.o" section tc ||
		not_ok "last-ack" "cannot attach the program that drops to $interface"
done
run_part last-ack last_ack.py "$(watcher last-ack-client)" "$(watcher last-ack-server)"
stop last-ack-client
stop last-ack-server
