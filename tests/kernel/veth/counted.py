#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""counted.py TRAFFIC FLOWS WAY MTU SERVER_PACKETS

Are the bytes and packets of a flow's record those that the sockets sent?
TRAFFIC is what traffic printed of one bulk connection, FLOWS the output of
`flows --json`. It was watched at the server's end, attached by WAY.
"""
import json
import sys

# The FINs and ACKs after the last look at the sockets' counters.
CLOSING_SEGMENTS = 4
# The largest frame of a veth before segmentation.
SUPER_PACKET = 65536


def check(what, low, value, high):
    if not low <= value <= high:
        raise SystemExit("%s: %d, should be %s" % (
            what, value, low if low == high else "from %d to %d" % (low, high)))


def main(traffic_path, flows_path, way, mtu, server_packets):
    with open(traffic_path) as lines:
        connection = json.loads(lines.read())
    with open(flows_path) as lines:
        flows = [json.loads(line) for line in lines]
    if len(flows) != 1:
        raise SystemExit("%d flows in the table, should be 1" % len(flows))
    headers = (20 if connection["family"] == 4 else 40) + 20
    for name, role in (("client", "initiator"), ("server", "responder")):
        sent, end = connection[name + "_end"]["before_close"], flows[0][role]
        check(name + "'s MSS", mtu - headers, end["mss"], mtu - headers)
        # The client's segments pass the hook after the path, where some may have been lost;
        # the server's before it.
        lost = sent["retransmits"] if name == "client" else 0
        check(name + "'s bytes", sent["bytes_sent"] - lost * end["mss"], end["bytes"], sent["bytes_sent"])
        check(name + "'s retransmissions", 0, end["retransmits"], sent["retransmits"])
        if name == "client" and way.startswith("xdp"):
            # An XDP program is not told how many segments a frame is.
            check("client's packets", end["bytes"] // SUPER_PACKET, end["packets"],
                  sent["segments_sent"] + CLOSING_SEGMENTS)
        else:
            check(name + "'s packets", sent["segments_sent"] - lost, end["packets"],
                  sent["segments_sent"] + CLOSING_SEGMENTS)
    # The test is about super-packets: there must have been some.
    segments = connection["server_end"]["before_close"]["segments_sent"]
    if server_packets * 2 > segments:
        raise SystemExit("%d packets for %d segments: there was no segmentation offload to test"
                         % (server_packets, segments))


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit("usage: counted.py TRAFFIC FLOWS WAY MTU SERVER_PACKETS")
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
