#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""captured.py FILE.pcap: counts what tcpdump saw, by its own reading of the headers.

Prints JSON: segments, payload bytes, segments with SYN, FIN and RST, and how many of
the servers' FINs were acknowledged by the client's own FIN. For Ethernet without
tags, IPv4 and IPv6 without options, segments no larger than a frame: the path of the
load generator.
"""
import json
import struct
import sys

FIN, SYN, RST, ACK = 1, 2, 4, 16
WRAP = 1 << 32


def frames(path):
    with open(path, "rb") as capture:
        header = capture.read(24)
        magic = struct.unpack("<I", header[:4])[0]
        if magic not in (0xa1b2c3d4, 0xa1b23c4d) or struct.unpack("<I", header[20:])[0] != 1:
            sys.exit("%s: not a little-endian pcap of Ethernet" % path)
        while True:
            record = capture.read(16)
            if len(record) < 16:
                return
            yield capture.read(struct.unpack("<I", record[8:12])[0])


def tcp(frame):
    """(sender, receiver, the TCP header on, its length with payload), None if it is none."""
    kind = frame[12:14]
    if kind == b"\x08\x00" and frame[23] == 6 and frame[14] == 0x45:
        ports = frame[34:38]
        length = struct.unpack(">H", frame[16:18])[0] - 20
        return frame[26:30] + ports[:2], frame[30:34] + ports[2:], frame[34:], length
    if kind == b"\x86\xdd" and frame[20] == 6:
        ports = frame[54:58]
        length = struct.unpack(">H", frame[18:20])[0]
        return frame[22:38] + ports[:2], frame[38:54] + ports[2:], frame[54:], length
    return None


def main(path):
    count = dict.fromkeys(("frames", "segments", "payload_bytes", "syn", "fin", "rst", "fin_acked_by_clients_fin"), 0)
    clients = set()
    unacked = {}  # (sender, receiver) -> the number behind its FIN
    for frame in frames(path):
        count["frames"] += 1
        found = tcp(frame)
        if not found:
            continue
        sender, receiver, header, length = found
        seq, ack = struct.unpack(">II", header[4:12])
        payload = length - (header[12] >> 4) * 4
        flags = header[13]
        if flags & (SYN | ACK) == SYN:
            clients.add(sender)
        count["segments"] += 1
        count["payload_bytes"] += payload
        count["syn"] += bool(flags & SYN)
        count["rst"] += bool(flags & RST)
        wanted = unacked.get((receiver, sender))
        if wanted is not None and flags & ACK and (ack - wanted) % WRAP < WRAP // 2:
            del unacked[receiver, sender]
            count["fin_acked_by_clients_fin"] += bool(flags & FIN) and sender in clients
        if flags & FIN:
            count["fin"] += 1
            unacked[sender, receiver] = (seq + payload + 1) % WRAP
    print(json.dumps(count))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
