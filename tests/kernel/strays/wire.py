# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""TCP segments as frames, and frames as a capture: all that is known here is
what RFC 9293, 7323 and 2018 say of the formats."""
import socket
import struct

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10

NS = 1000000000
MS = 1000000
EPOCH = 1767225600 * NS  # 2026-01-01: where the captures' time begins

WORD = 1 << 32


def before(a, b):
    """a < b, of numbers that wrap."""
    return 0 < (b - a) % WORD < WORD // 2


class Segment:
    """What one end hands to the network, and when (ns)."""

    def __init__(self, source, target, flags, seq, ack, length, window, sent_at):
        self.source, self.target = source, target  # (address, port)
        self.flags = flags
        self.seq, self.ack = seq % WORD, ack % WORD if flags & ACK else 0
        self.length, self.window = length, window
        self.sent_at = sent_at
        self.ts = None  # (TSval, TSecr)
        self.mss = self.wscale = None
        self.sack_permitted = False
        self.sack = []  # [(left, right)]
        self.ttl = 64

    @property
    def end(self):
        """The number after its last."""
        return (self.seq + self.length + bool(self.flags & SYN) + bool(self.flags & FIN)) % WORD

    def options(self):
        out = b""
        if self.mss is not None:
            out += struct.pack("!BBH", 2, 4, self.mss)
        if self.sack_permitted:
            out += b"\x04\x02"
        if self.ts is not None:
            out += struct.pack("!BBII", 8, 10, *self.ts)
        if self.wscale is not None:
            out += struct.pack("!BBB", 3, 3, self.wscale)
        if self.sack:
            out += struct.pack("!BB", 5, 2 + 8 * len(self.sack))
            for left, right in self.sack:
                out += struct.pack("!II", left % WORD, right % WORD)
        return out + b"\x01" * (-len(out) % 4)

    def tcp(self):
        options = self.options()
        header = struct.pack("!HHIIBBHHH", self.source[1], self.target[1], self.seq, self.ack,
                             (20 + len(options)) // 4 << 4, self.flags, self.window, 0, 0)
        payload = bytes((self.seq + i) & 0xff for i in range(self.length))
        return header + options + payload


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def frame(segment):
    """Ethernet and IP around the segment, with right checksums."""
    family = socket.AF_INET6 if ":" in segment.source[0] else socket.AF_INET
    source = socket.inet_pton(family, segment.source[0])
    target = socket.inet_pton(family, segment.target[0])
    tcp = segment.tcp()
    pseudo = source + target + struct.pack("!II", len(tcp), 6)
    tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
    macs = b"\x02\0\0\0\x77\x02\x02\0\0\0\x77\x01"
    if family == socket.AF_INET6:
        ip = struct.pack("!IHBB", 6 << 28, len(tcp), 6, segment.ttl) + source + target
        return macs + b"\x86\xdd" + ip + tcp
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, segment.ttl, 6, 0) + source + target
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    return macs + b"\x08\x00" + ip + tcp


def timestamp(time):
    """RFC 3339 with nanoseconds, of a time of the capture."""
    seconds, ns = divmod(EPOCH + time, NS)
    days, second = divmod(seconds - EPOCH // NS, 86400)
    # The captures are shorter than January.
    return "2026-01-%02dT%02d:%02d:%02d.%09dZ" % (days + 1, second // 3600, second // 60 % 60, second % 60, ns)


def write_capture(path, frames):
    """frames: [(time, Segment)], in order."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 65535, 1))
        for time, segment in frames:
            data = frame(segment)
            seconds, ns = divmod(EPOCH + time, NS)
            out.write(struct.pack("<IIII", seconds, ns, len(data), len(data)) + data)
