# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
Connections of gigabytes as captures: headers only, each frame cut behind them,
with the length that it had on the wire. Yielded packet by packet.
"""
import random
import struct

FIN, SYN, PSH, ACK = 1, 2, 8, 16
SECOND = 10**9
START = 1_700_000_000 * SECOND
WRAP = 1 << 32

ETHERNET = bytes.fromhex("020000000001" "020000000002" "0800")
ADDRESSES = (bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2]))
PORTS = (40000, 443)
LONGEST = 65535               # of an IPv4 packet: what a tap behind segmentation offload sees
WINDOW = 4 << 20              # bytes that either end takes
IN_FLIGHT = 3 << 20           # and that are under way at most
SEGMENT_NS = 52_000           # about 10 Gb/s
ROUND_TRIP_NS = 200_000

PCAP_HEADER = struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 96, 1)
INITIATOR, RESPONDER = 0, 1
ROLES = ("initiator", "responder")


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return 0xffff & ~((total & 0xffff) + (total >> 16))


class Variant:
    """
    What a connection is like. sizes: bytes of payload by end; isns: by end; tsvals: by end, what the 1000 Hz
    clocks say at first, or None; closer: who sends the first FIN.
    """

    def __init__(self, name, sizes, isns, tsvals=None, wscales=(10, 7), closer=RESPONDER):
        self.name, self.sizes, self.isns, self.tsvals = name, sizes, isns, tsvals
        self.wscales, self.closer = wscales, closer


class Conversation:
    """Numbers here are of 64 bits and relative to the ISN; the wire's are made of them."""

    def __init__(self, variant, seed=1):
        self.variant, self.random = variant, random.Random(seed)
        self.time = START
        self.next, self.acked = [0, 0], [0, 0]   # sent; of what was sent, acknowledged by the other
        self.starts = ([], [])                   # (start, length) of segments that are not acknowledged
        self.edge = [0, 0]                       # what the other lets it send up to
        self.tsval_seen = [0, 0]                 # newest of the other end, to be echoed
        self.packets, self.bytes = [0, 0], [0, 0]
        self.retransmits = [0, 0]
        header = 32 if variant.tsvals else 20
        self.segment = LONGEST - 20 - header

    # ---- one frame ----

    def options(self, end, flags):
        body = b""
        if flags & SYN:
            body += struct.pack("!BBH", 2, 4, 1460) + b"\4\2" + struct.pack("!BBBB", 1, 3, 3, self.variant.wscales[end])
        if self.variant.tsvals:
            now = (self.variant.tsvals[end] + (self.time - START) // 1_000_000) % WRAP
            echo = self.tsval_seen[end] if flags & ACK else 0
            body += b"\1\1\10\12" + struct.pack("!II", now, echo)
            self.tsval_seen[1 - end] = now
        return body + b"\1" * (-len(body) % 4)

    def frame(self, end, flags, start, length=0):
        """One frame of the capture, with its record's header."""
        options = self.options(end, flags)
        scale = 0 if flags & SYN else self.variant.wscales[end]
        window = min(WINDOW >> scale, 65535)
        self.edge[1 - end] = self.acked[1 - end] + (window << scale)
        ack = (self.variant.isns[1 - end] + self.acked[1 - end]) % WRAP if flags & ACK else 0
        total = 20 + 20 + len(options) + length
        addresses = ADDRESSES[end] + ADDRESSES[1 - end]
        ip = struct.pack("!BBHHHBBH", 0x45, 0, total, self.packets[end] & 0xffff, 0x4000, 64, 6, 0) + addresses
        tcp = struct.pack("!HHIIBBHHH", PORTS[end], PORTS[1 - end], (self.variant.isns[end] + start) % WRAP, ack,
                          (20 + len(options)) // 4 << 4, flags, window, 0, 0) + options
        # The payload is zeros, which add nothing to the sum.
        tcp_sum = checksum(addresses + struct.pack("!HH", 6, total - 20) + tcp)
        data = ETHERNET + ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + tcp[:16] + struct.pack("!H", tcp_sum) + tcp[18:]
        self.packets[end] += 1
        self.bytes[end] += length
        return struct.pack("<IIII", self.time // SECOND, self.time % SECOND, len(data), len(ETHERNET) + total) + data

    # ---- what the ends do; each gives a frame ----

    def send(self, end, flags, length=0, after=SEGMENT_NS):
        self.time += after
        start = self.next[end]
        self.next[end] += length + bool(flags & SYN) + bool(flags & FIN)
        if length:
            self.starts[end].append((start, length))
        return self.frame(end, flags, start, length)

    def acknowledge(self, end, upto=None):
        """An ACK of end for what the other has sent."""
        self.take(1 - end, self.next[1 - end] if upto is None else upto)
        return self.send(end, ACK, after=1000)

    def take(self, sender, upto):
        self.acked[sender] = upto
        starts = self.starts[sender]
        while starts and starts[0][0] + starts[0][1] <= upto:
            starts.pop(0)

    def retransmit(self, end):
        """Something that is not yet acknowledged once more: a segment, or the latter part of one."""
        start, length = self.random.choice(self.starts[end])
        skipped = self.random.choice((0, 0, length // 3))
        self.time += SEGMENT_NS
        self.retransmits[end] += 1
        return self.frame(end, ACK, start + skipped, length - skipped)

    # ---- a connection ----

    def opening(self):
        yield self.send(INITIATOR, SYN)
        self.take(INITIATOR, 1)
        yield self.send(RESPONDER, SYN | ACK, after=ROUND_TRIP_NS)
        yield self.acknowledge(INITIATOR)

    def transfer(self):
        """Segments of each end that has some left, in turn; ACKs now and then, as late as the window lets them be."""
        left = list(self.variant.sizes)
        until_ack = [self.random.randint(1, 24), self.random.randint(1, 24)]
        while any(left):
            for end in (INITIATOR, RESPONDER):
                if not left[end]:
                    continue
                length = min(self.segment, left[end])
                left[end] -= length
                if self.next[end] + length > self.edge[end]:
                    yield self.acknowledge(1 - end)
                yield self.send(end, ACK | (0 if left[end] else PSH), length)
                if self.random.random() < 1 / 400:
                    for _ in range(3): # the ACKs that ask for it
                        yield self.acknowledge(1 - end, self.acked[end])
                    yield self.retransmit(end)
                until_ack[end] -= 1
                if until_ack[end] <= 0 or self.next[end] - self.acked[end] > IN_FLIGHT:
                    until_ack[end] = self.random.randint(1, 24)
                    # The newest few have not arrived yet; but what is acknowledged is more than before.
                    late = self.random.randint(0, min(8, len(self.starts[end]) - 1))
                    yield self.acknowledge(1 - end, self.starts[end][-1 - late][0] + self.starts[end][-1 - late][1])
        for end in (INITIATOR, RESPONDER):
            if self.starts[end]:
                yield self.acknowledge(1 - end)

    def closing(self):
        closer, other = self.variant.closer, 1 - self.variant.closer
        for end in (closer, other):
            yield self.send(end, FIN | ACK, after=ROUND_TRIP_NS)
            yield self.acknowledge(1 - end)

    def frames(self):
        yield from self.opening()
        yield from self.transfer()
        yield from self.closing()

    def write(self, file):
        file.write(PCAP_HEADER)
        some = []
        for frame in self.frames():
            some.append(frame)
            if len(some) == 1000:
                file.write(b"".join(some))
                some = []
        file.write(b"".join(some))
