#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""odd-segments.py INTERFACE SERVER-MAC WHAT: segments that no socket would send.

lone: an RST of no connection.
invalid: SYNs that no host takes: one longer than its frame, with a wrong IP checksum, TTL 0, port 0, of a multicast
address, of loopback; and one of loopback in IPv6.
clocks: five connections of 10.77.0.9, by turns of two clocks, with one that does not exist.
forged: six SYNs of 10.77.0.7, by turns of two clocks, to a port where nobody listens.
transit: a connection of 10.77.0.9 with one that does not exist, which it closes.
nat: the same of 10.77.0.2, which has no such socket.
late: a whole connection of 10.77.0.9 with one that does not exist, both ends'
segments, and 400 ms after its close a copy of data that was sent 300 ms before.
Says how many ms before the copy the data was sent, and the close was.
rst PORT: opens a connection to 10.77.0.2, and sends an RST of it that fits, but
for its checksum: an observer takes it, the server does not. Keeps it open."""
import socket
import struct
import sys
import time

interface, mac, what = sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", "")), sys.argv[3]
SERVER = socket.inet_aton("10.77.0.2")
packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
packets.bind((interface, 0))


def checksum(data):
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def send(source, sport, dport, seq, ack, flags, options=b"", spoil=0, data=b"", target=SERVER, ttl=64, longer=0,
         spoil_ip=0):
    tcp = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, (5 + len(options) // 4) << 4, flags, 500, 0, 0) + options + data
    pseudo = source + target + struct.pack("!BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp) ^ spoil) + tcp[18:]
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp) + longer, 0, 0, ttl, 6, 0, source, target)
    ip = ip[:10] + struct.pack("!H", checksum(ip) ^ spoil_ip) + ip[12:]
    packets.send(mac + bytes.fromhex("020000007701") + b"\x08\x00" + ip + tcp)


def number_of(connection, queue):
    connection.setsockopt(socket.IPPROTO_TCP, 20, queue)  # TCP_REPAIR_QUEUE
    return connection.getsockopt(socket.IPPROTO_TCP, 21) & 0xFFFFFFFF  # TCP_QUEUE_SEQ


if what == "lone":
    send(socket.inet_aton("10.77.0.9"), 1234, 4321, 1000, 2000, 0x14)
elif what == "invalid":
    host = socket.inet_aton("10.77.0.9")
    send(host, 1241, 4321, 1000, 0, 0x02, longer=1)
    send(host, 1242, 4321, 1000, 0, 0x02, spoil_ip=0x100)
    send(host, 1243, 4321, 1000, 0, 0x02, ttl=0)
    send(host, 0, 4321, 1000, 0, 0x02)
    send(socket.inet_aton("224.0.0.9"), 1245, 4321, 1000, 0, 0x02)
    send(socket.inet_aton("127.0.0.1"), 1246, 4321, 1000, 0, 0x02)
    ends = socket.inet_pton(socket.AF_INET6, "::1") + socket.inet_pton(socket.AF_INET6, "fd77::2")
    tcp = struct.pack("!HHIIBBHHH", 1247, 4321, 1000, 0, 5 << 4, 0x02, 500, 0, 0)
    packets.send(mac + bytes.fromhex("020000007701") + b"\x86\xdd" + struct.pack("!IHBB", 6 << 28, 20, 6, 64) + ends + tcp)
elif what == "clocks":
    for i, clock in enumerate((1000000, 5000, 1001000, 6000, 1002000)):
        client, server = socket.inet_aton("10.77.0.9"), socket.inet_aton("10.77.0.8")
        for source, ports, seq, ack, flags, times in (
                (client, (2000 + i, 4321), 1000, 0, 0x02, (clock, 0)),
                (server, (4321, 2000 + i), 5000, 1001, 0x12, (7, clock)),
                (client, (2000 + i, 4321), 1001, 5001, 0x10, (clock, 7))):
            options = struct.pack("!BBBBII", 1, 1, 8, 10, *times)
            send(source, *ports, seq, ack, flags, options, target=server if source == client else client)
            time.sleep(0.01)
elif what == "forged":
    for i, clock in enumerate((1000000, 5000, 1001000, 6000, 1002000, 7000)):
        send(socket.inet_aton("10.77.0.7"), 2000 + i, 4321, 1000, 0, 0x02, struct.pack("!BBBBII", 1, 1, 8, 10, clock, 0))
elif what in ("transit", "nat"):
    client, server = socket.inet_aton("10.77.0.9" if what == "transit" else "10.77.0.2"), socket.inet_aton("10.77.0.8")
    port = 80 if what == "transit" else 81
    for seq, ack, flags, end in ((1000, 0, 0x02, 0), (5000, 1001, 0x12, 1), (1001, 5001, 0x10, 0), (1001, 5001, 0x11, 0),
                                 (5001, 1002, 0x11, 1), (1002, 5002, 0x10, 0)):
        source, target = (client, server)[::1 - 2 * end]
        send(source, (1234, port)[end], (port, 1234)[end], seq, ack, flags, target=target)
        time.sleep(0.01)
elif what == "late":
    ends = socket.inet_aton("10.77.0.9"), socket.inet_aton("10.77.0.8")
    began = time.monotonic()

    def now():  # a clock of 1000 ticks a second
        return 100000 + int((time.monotonic() - began) * 1000)

    clock = [0, 0]  # what each end has told, and the other echoes

    def segment(end, seq, ack, flags, data=b"", copied=None):
        clock[end] = max(clock[end], now())
        times = copied or (clock[end], clock[end ^ 1])
        options = struct.pack("!BBBBII", 1, 1, 8, 10, *times)
        send(ends[end], (1234, 80)[end], (80, 1234)[end], seq, ack, flags, options, data=data, target=ends[end ^ 1])
        return times

    segment(0, 1000, 0, 0x02)
    segment(1, 5000, 1001, 0x12)
    segment(0, 1001, 5001, 0x10)
    time.sleep(0.3)
    sent = segment(1, 5001, 1001, 0x18, b"data")
    segment(0, 1001, 5005, 0x10)
    time.sleep(0.3)
    segment(0, 1001, 5005, 0x11)
    segment(1, 5005, 1002, 0x11)
    closed, _ = segment(0, 1002, 5006, 0x10)
    time.sleep(0.4)
    segment(1, 5001, 1001, 0x18, b"data", sent)
    print(now() - sent[0], now() - closed)
elif what == "rst":
    connection = socket.create_connection(("10.77.0.2", int(sys.argv[4])))
    connection.sendall(b"hello")
    time.sleep(0.2)  # until it is acknowledged
    connection.setsockopt(socket.IPPROTO_TCP, 19, 1)  # TCP_REPAIR: to read the numbers
    seq, ack = number_of(connection, 2), number_of(connection, 1)
    connection.setsockopt(socket.IPPROTO_TCP, 19, -1)  # off, without a window probe
    send(socket.inet_aton("10.77.0.1"), connection.getsockname()[1], int(sys.argv[4]), seq, ack, 0x14, spoil=0x5555)
    print("ready", flush=True)
    time.sleep(1000)
