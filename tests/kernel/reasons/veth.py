# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
Two namespaces and a veth between them: at one end the kernel, with sockets of
ours in it; at the other nobody but a packet socket, by which a peer sends what
it likes. All that passes is recorded, in its order.
"""
import ctypes
import os
import select
import socket
import struct
import subprocess
import sys
import time

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "strays"))
from wire import FIN, SYN, frame  # noqa: E402 (of tests/kernel/strays)

KERNEL, PEER = "10.77.0.1", "10.77.0.2"
KERNEL_MAC, PEER_MAC = "02:00:00:00:77:02", "02:00:00:00:77:01"  # as frame() writes them
EVERYTHING = 3  # ETH_P_ALL
OUTGOING = 4    # PACKET_OUTGOING
CLONE_NEWNET = 0x40000000
REPLY_SECONDS = 0.001  # the kernel answers in the softirq that receives: this is for what comes late


def enter(namespace):
    libc = ctypes.CDLL(None, use_errno=True)
    fd = os.open(namespace, os.O_RDONLY)
    try:
        if libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns {namespace}")
    finally:
        os.close(fd)


class Received:
    """A segment of the kernel's."""

    def __init__(self, data):
        ip = data[14:]
        tcp = ip[(ip[0] & 15) * 4:struct.unpack("!H", ip[2:4])[0]]
        self.port, self.peer_port, self.seq, self.ack, offset, self.flags, self.window = \
            struct.unpack("!HHIIBBH", tcp[:16])
        options, self.tsval = tcp[20:(offset >> 4) * 4], None
        self.length = len(tcp) - (offset >> 4) * 4
        self.wscale = None
        while options and options[0]:
            size = 1 if options[0] == 1 else options[1]
            if options[0] == 8:
                self.tsval = struct.unpack("!I", options[2:6])[0]
            if options[0] == 3:
                self.wscale = options[2]
            options = options[size:]

    @property
    def end(self):
        return (self.seq + self.length + bool(self.flags & SYN) + bool(self.flags & FIN)) & 0xffffffff


class Wire:
    def __init__(self):
        self.device = f"reasons{os.getpid() % 10**7}"[:15]
        self.names = [f"tcpstate-{os.getpid()}-{end}" for end in ("kernel", "peer")]
        self.frames = []  # [(ns, bytes, whether the peer sent it)]
        for name in self.names:
            subprocess.run(["ip", "netns", "add", name], check=True)
        self.ip(0, "link", "add", self.device, "address", KERNEL_MAC, "type", "veth", "peer", "name", "peer",
                "address", PEER_MAC, "netns", self.names[1])
        for end, device in ((0, self.device), (1, "peer")):
            self.inside(end, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
            self.ip(end, "link", "set", device, "up")
        self.ip(0, "addr", "add", f"{KERNEL}/24", "dev", self.device)
        self.ip(0, "neigh", "replace", PEER, "lladdr", PEER_MAC, "dev", self.device, "nud", "permanent")
        self.enter(1)
        self.packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(EVERYTHING))
        self.packets.bind(("peer", EVERYTHING))
        self.enter(0)

    def ip(self, end, *command):
        subprocess.run(["ip", "-n", self.names[end], *command], check=True)

    def inside(self, end, *command):
        subprocess.run(["ip", "netns", "exec", self.names[end], *command], check=True)

    def enter(self, end):
        enter(f"/run/netns/{self.names[end]}")

    def send(self, segment, broken=False):
        data = frame(segment)
        if broken:
            data = data[:50] + bytes([data[50] ^ 0xff]) + data[51:]  # the TCP checksum's first byte
        self.frames.append((time.time_ns(), data, True))
        self.packets.send(data)

    def receive(self, seconds=REPLY_SECONDS):
        """What has come, and comes within that time."""
        end = time.monotonic() + seconds
        while select.select([self.packets], [], [], max(0, end - time.monotonic()))[0]:
            data, address = self.packets.recvfrom(65536)
            if address[2] == OUTGOING or data[12:14] != b"\x08\x00" or data[23] != 6:
                continue
            self.frames.append((time.time_ns(), data, False))
            yield Received(data)

    def write_capture(self, path):
        with open(path, "wb") as out:
            out.write(struct.pack("<IHHiIII", 0xa1b23c4d, 2, 4, 0, 0, 262144, 1))
            for when, data, _ in self.frames:
                out.write(struct.pack("<IIII", *divmod(when, 10**9), len(data), len(data)) + data)

    def close(self):
        self.packets.close()
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], check=True)
