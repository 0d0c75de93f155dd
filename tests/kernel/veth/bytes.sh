#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# For each way to attach, MTU 1500 and 9000, IPv4 and IPv6: a large transfer each
# way, which leaves as super-packets for the NIC to segment (TSO). The flow's
# record must count the bytes and the segments that the sockets say they sent.
cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/veth/ways.sh

BYTES=8000000

# How many packets the server's interface has passed on: a super-packet is one.
packets_sent() {
	in_server cat /proc/net/dev | awk '$1 == "server0:" { print $11 }'
}

# count_bulk WAY MTU FAMILY: a transfer, and the flow's record beside what traffic printed.
count_bulk() {
	local before
	before=$(packets_sent)
	while_watching traffic --pattern bulk --family "$3" --bulk $BYTES --first-port $((first_port++)) || return
	"$TCPSTATE" flows --json --pin "$PINS" >"$WORK/flows" || return
	tests/kernel/veth/counted.py "$WORK/traffic.out" "$WORK/flows" "$1" "$2" $(($(packets_sent) - before))
}

first_port=20000
for mtu in 1500 9000; do
	make_path
	in_client ip link set client0 mtu $mtu
	in_server ip link set server0 mtu $mtu
	for way in $WAYS; do
		! skips_way "$way" || continue
		for family in 4 6; do
			name="$way, MTU $mtu, IPv$family"
			if start_watch "$way" --pin "$PINS" 2>"$WORK/why"; then
				check "$name: $BYTES bytes each way are counted right" count_bulk "$way" $mtu $family
			else
				not_ok "$name: attaches" "$(tail -n 1 "$WORK/why")"
			fi
			stop watch
		done
	done
done
tap_done
