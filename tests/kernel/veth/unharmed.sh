#!/bin/bash
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# No packet is lost or altered by being watched: for each way to attach, 100 MB
# of random bytes each way with a SHA-256 at both ends, and an iperf3 run each
# way. Every segment that one end sent, the other must have received; no interface
# may have dropped anything, no socket have seen a bad segment.
cd "$(dirname "$0")/../../.." || exit 1
. tests/kernel/veth/ways.sh

MEGABYTES=100
SECONDS_EACH=2
# What veth itself does to packets must not disturb the test of the programs on
# it. One with native XDP takes frames through a ring of 256 and drops what does
# not fit: the window keeps less than that under way. And frames from two CPUs
# may overtake each other (tests/kernel/traffic/one_cpu.h): everything runs on one.
WINDOW=128K
taskset -cp "$(taskset -cp $$ | grep -o '[0-9]*$')" $$ >/dev/null

head -c ${MEGABYTES}M /dev/urandom >"$WORK/random"

# transfer FROM TO ADDRESS: the file from one namespace to another.
transfer() {
	local sent received=$WORK/receiver.out
	start receiver nsenter --net="/run/netns/$2" -- tests/kernel/veth/transfer.py receive "$3" $((++port))
	await_line "$WORK/receiver.err" '^listening' receiver || return
	sent=$(inside "$1" tests/kernel/veth/transfer.py send "$3" $port "$WORK/random") || return
	await has_ended receiver || return
	[ "$sent" = "$(cat "$received")" ] || { echo "sent $sent, received $(cat "$received")"; return 1; }
}

has_ended() { ! runs "${pid_of[$1]}"; }

# Sum of errors, drops and the like at both interfaces, then TCP's bad segments.
harm() {
	local netns
	for netns in "$CLIENT_NS" "$SERVER_NS"; do
		inside "$netns" cat /proc/net/dev |
			awk '$1 ~ /0:$/ { print "errors " $4 + $12, "dropped " $5 + $13, "other " $6 + $7 + $14 + $15 + $16 }'
		inside "$netns" nstat -asz TcpInErrs TcpInCsumErrors 2>/dev/null | awk '/^Tcp/ { print $1, $2 }'
	done
}

# iperf OPTION...: a run from the client's side, and what it says of itself.
iperf() {
	start iperf nsenter --net="/run/netns/$SERVER_NS" -- iperf3 -s -1 -p $((++port)) --forceflush
	await_line "$WORK/iperf.out" 'Server listening' iperf || return
	in_client iperf3 -c 10.77.0.2 -p $port -w $WINDOW -t $SECONDS_EACH -J "$@" >"$WORK/result" ||
		{ cat "$WORK/result"; return 1; }
	await has_ended iperf
	# A tail loss probe is sent in doubt and counts as one, lost or not: lost_nothing() tells.
	python3 - "$WORK/result" >"$WORK/said" <<-'END'
	import json, sys
	end = json.load(open(sys.argv[1]))["end"]
	print("# %.1f Gbit/s, %d segments sent again" % (
	    end["sum_received"]["bits_per_second"] / 1e9, end["sum_sent"]["retransmits"]))
	END
}

# Sum of the counters named, in a namespace.
sum_of() {
	local netns=$1
	shift
	inside "$netns" nstat -asz "$@" 2>/dev/null | awk '!/^#/ { sum += $2 } END { print sum }'
}

segments_sent() { sum_of "$1" TcpOutSegs TcpRetransSegs; }
# Counted by the wire's segments before anything in the host looks at them. What
# is not TCP is multicast here: the IPv6 hosts join their groups.
segments_received() {
	echo $(($(sum_of "$1" IpExtInNoECTPkts IpExtInECT0Pkts IpExtInECT1Pkts IpExtInCEPkts \
		Ip6InNoECTPkts Ip6InECT0Pkts Ip6InECT1Pkts Ip6InCEPkts) - $(sum_of "$1" Ip6InMcastPkts)))
}

count_segments() {
	client_sent=$(segments_sent "$CLIENT_NS") server_sent=$(segments_sent "$SERVER_NS")
	client_received=$(segments_received "$CLIENT_NS") server_received=$(segments_received "$SERVER_NS")
}

# Since count_segments, what one end has sent the other has received.
no_segment_is_missing() {
	[ $(($(segments_sent "$CLIENT_NS") - client_sent)) -eq $(($(segments_received "$SERVER_NS") - server_received)) ] &&
	[ $(($(segments_sent "$SERVER_NS") - server_sent)) -eq $(($(segments_received "$CLIENT_NS") - client_received)) ]
}
lost_nothing() {
	# The last ones may be under way still.
	PATIENCE=10 await no_segment_is_missing && return
	echo "the client sent $(($(segments_sent "$CLIENT_NS") - client_sent)) segments," \
	     "the server received $(($(segments_received "$SERVER_NS") - server_received));" \
	     "the server sent $(($(segments_sent "$SERVER_NS") - server_sent))," \
	     "the client received $(($(segments_received "$CLIENT_NS") - client_received))"
	return 1
}

port=5200
make_path
for way in $WAYS; do
	! skips_way "$way" || continue
	check "$way: attaches" start_watch "$way" --events state || continue
	harm >"$WORK/harm-before"
	count_segments
	check "$way: $MEGABYTES MB to the server keep their checksum" transfer "$CLIENT_NS" "$SERVER_NS" 10.77.0.2
	check "$way: $MEGABYTES MB to the client keep their checksum, over IPv6" transfer "$SERVER_NS" "$CLIENT_NS" fd77::1
	check "$way: iperf3 to the server" iperf
	cat "$WORK/said"
	check "$way: iperf3 to the client" while_watching iperf -R
	cat "$WORK/said"
	check "$way: every segment sent was received" lost_nothing
	harm >"$WORK/harm-after"
	check "$way: no interface dropped anything, no socket saw a bad segment" \
		diff "$WORK/harm-before" "$WORK/harm-after"
	stop watch
done
tap_done
