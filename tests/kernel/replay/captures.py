# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Captures for the tests of replay: segments, the links they came over, and the formats of files."""
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
SECOND = 10**9
START = 1_700_000_000 * SECOND  # 2023-11-14T22:13:20Z


class Packet:
    def __init__(self, time, data, length=None, link=1):
        self.time, self.data, self.link = time, data, link
        self.length = len(data) if length is None else length


# ---- segments ----------------------------------------------------------------

def checksum(data):
    data += b"\0" * (len(data) & 1)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total >> 16) + (total & 0xffff)
    return ~total & 0xffff


def tcp(source, destination, flags, seq, ack=0, payload=b"", window=65535, options=b""):
    """An IP packet, of the version of its addresses ("10.0.0.1:80", "[fd00::1]:80")."""
    (src, sport), (dst, dport) = split(source), split(destination)
    header = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xffffffff, ack & 0xffffffff,
                         5 + len(options) // 4 << 4, flags, window, 0, 0) + options
    length = len(header) + len(payload)
    pseudo = src.packed + dst.packed + struct.pack("!II", length, 6)
    check = checksum(pseudo + header + payload)
    segment = header[:16] + struct.pack("!H", check) + header[18:] + payload
    if src.version == 4:
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + length, 0, 0, 64, 6, 0) + src.packed + dst.packed
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    else:
        ip = struct.pack("!IHBB", 6 << 28, length, 6, 64) + src.packed + dst.packed
    return ip + segment


def split(endpoint):
    address, _, port = endpoint.rpartition(":")
    return ipaddress.ip_address(address.strip("[]")), int(port)


class Connection:
    """Two ends and their numbers; each step gives (time, IP packet)."""

    def __init__(self, client, server, time=START, gap=SECOND // 100):
        self.ends, self.next, self.time, self.gap = (client, server), [1000, 5000], time, gap
        self.packets = []

    def send(self, end, flags, payload=b"", after=None):
        self.time += self.gap if after is None else after
        ack = self.next[1 - end] if flags & ACK else 0
        self.packets.append((self.time, tcp(self.ends[end], self.ends[1 - end], flags, self.next[end],
                                            ack, payload)))
        self.next[end] += len(payload) + bool(flags & SYN) + bool(flags & FIN)
        return self

    def open(self):
        return self.send(0, SYN).send(1, SYN | ACK).send(0, ACK)

    def talk(self, size=100):
        return self.send(0, PSH | ACK, b"q" * size).send(1, PSH | ACK, b"a" * 3 * size).send(0, ACK)

    def close(self, end=0):
        return self.send(end, FIN | ACK).send(1 - end, FIN | ACK).send(end, ACK)


def ordinary():
    """One of each version: opened, used, and closed."""
    four = Connection("10.0.0.1:40000", "10.0.0.2:80").open().talk().close()
    six = Connection("[fd00::1]:40001", "[fd00::2]:443", four.time).open().talk().close(1)
    return four.packets + six.packets


# ---- links -------------------------------------------------------------------

def version(ip):
    return ip[0] >> 4


def ethertype(ip):
    return 0x0800 if version(ip) == 4 else 0x86dd


def ethernet(ip, tags=()):
    header = bytes(12)
    for tag in tags:
        header += struct.pack("!HH", 0x8100, tag)
    return header + struct.pack("!H", ethertype(ip)) + ip


def sll(ip):
    return struct.pack("!HHH8sH", 0, 1, 6, bytes(8), ethertype(ip)) + ip


def sll_vlan(ip):
    """A tag that the kernel put back in front: the protocol is that of the tag."""
    return struct.pack("!HHH8sHHH", 0, 1, 6, bytes(8), 0x8100, 7, ethertype(ip)) + ip


def sll2(ip):
    return struct.pack("!HHIHBB8s", ethertype(ip), 0, 3, 1, 0, 6, bytes(8)) + ip


def null(order, family):
    return lambda ip: struct.pack(order + "I", 2 if version(ip) == 4 else family) + ip


def ppp(ip, head=b"\xff\x03", compressed=False):
    protocol = 0x21 if version(ip) == 4 else 0x57
    return head + (bytes([protocol]) if compressed else struct.pack("!H", protocol)) + ip


def cisco(ip):
    return struct.pack("!BBH", 0x0f, 0, ethertype(ip)) + ip


def pppoe(ip):
    inner = ppp(ip, b"")
    return struct.pack("!BBHH", 0x11, 0, 1, len(inner)) + inner


# name: (LINKTYPE, how to wrap an IP packet)
LINKS = {
    "ethernet": (1, ethernet),
    "linux-sll": (113, sll),
    "linux-sll2": (276, sll2),
    "raw": (101, bytes),
    "null-little-endian-linux": (0, null("<", 10)),
    "null-little-endian-macos": (0, null("<", 30)),
    "null-big-endian-freebsd": (0, null(">", 28)),
    "loop-openbsd": (108, null(">", 24)),
    "ppp": (9, ppp),
    "ppp-without-address": (9, lambda ip: ppp(ip, b"")),
    "ppp-compressed": (9, lambda ip: ppp(ip, b"", True)),
    "ppp-hdlc": (50, ppp),
    "ppp-cisco": (50, cisco),
    "ppp-ethernet": (51, pppoe),
}


def packets(segments, wrap=ethernet, link=1):
    return [Packet(time, wrap(ip), link=link) for time, ip in segments]


# ---- files -------------------------------------------------------------------

def pcap(some, order="<", nanoseconds=True, link=1, snaplen=262144):
    magic = 0xa1b23c4d if nanoseconds else 0xa1b2c3d4
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, snaplen, link)]
    for p in some:
        fraction = p.time % SECOND if nanoseconds else p.time % SECOND // 1000
        out.append(struct.pack(order + "IIII", p.time // SECOND, fraction, len(p.data), p.length) + p.data)
    return b"".join(out)


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def section(order):
    return block(order, 0x0a0d0d0a, struct.pack(order + "IHHq", 0x1a2b3c4d, 1, 0, -1))


def interface(order, link=1, snaplen=0, resolution=None, offset=None):
    options = b""
    if resolution is not None:
        options += option(order, 9, bytes([resolution]))
    if offset is not None:
        options += option(order, 14, struct.pack(order + "q", offset))
    if options:
        options += option(order, 0, b"")
    return block(order, 1, struct.pack(order + "HHI", link, 0, snaplen) + options)


def ticks(time, resolution=6, offset=0):
    time -= offset * SECOND
    if resolution & 0x80:
        return (time << (resolution & 0x7f)) // SECOND
    return time * 10**resolution // SECOND


def enhanced(order, p, number=0, resolution=6, offset=0):
    t = ticks(p.time, resolution, offset)
    return block(order, 6, struct.pack(order + "IIIII", number, t >> 32, t & 0xffffffff, len(p.data),
                                       p.length) + p.data)


def obsolete(order, p, number=0):
    t = ticks(p.time)
    return block(order, 2, struct.pack(order + "HHIIII", number, 0, t >> 32, t & 0xffffffff, len(p.data),
                                       p.length) + p.data)


def simple(order, p):
    return block(order, 3, struct.pack(order + "I", p.length) + p.data)


def pcapng(some, order="<", resolution=None, offset=None):
    """One interface a link type, in order of appearance."""
    out, numbers = [section(order)], {}
    for p in some:
        if p.link not in numbers:
            numbers[p.link] = len(numbers)
            out.append(interface(order, p.link, 1000 + len(numbers), resolution, offset))
        out.append(enhanced(order, p, numbers[p.link], 6 if resolution is None else resolution,
                            offset or 0))
    return b"".join(out)
