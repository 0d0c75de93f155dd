# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""The path between two interfaces, as a thread: it passes every frame on at once,
but holds back chosen TCP segments for a time, and says for how long it did."""
import dataclasses
import heapq
import select
import socket
import struct
import threading
import time
import typing

import lab

SOL_PACKET, PACKET_VNET_HDR, PACKET_IGNORE_OUTGOING = 263, 15, 23
VNET_HDR = 10


@dataclasses.dataclass(order=True)
class Held:
    """Times are of CLOCK_MONOTONIC, in s. order: of release."""
    due: float
    came: float = dataclasses.field(compare=False)
    frame: bytes = dataclasses.field(compare=False)
    to: int = dataclasses.field(compare=False)
    segment: typing.Any = dataclasses.field(compare=False)
    went: float = dataclasses.field(compare=False, default=0)

    @property
    def lifetime_ms(self):
        return (self.went - self.came) * 1000


class Relay:
    def __init__(self, netns, *interfaces):
        self.sockets = [self._open(netns, interface) for interface in interfaces]
        self.rules = {}      # (endpoint, chooses) -> seconds
        self.waiting = []    # heap of Held
        self.released = {}   # endpoint -> [Held]
        self.held = threading.Condition()
        threading.Thread(target=self._run, daemon=True).start()

    @staticmethod
    def _open(netns, interface):
        with netns:
            packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(lab.ETH_P_ALL))
        # Checksums and segmentation that are left to the NIC stay so.
        packet.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        packet.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        packet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        packet.bind((interface, lab.ETH_P_ALL))
        packet.setblocking(False)
        return packet

    def hold(self, source, chooses, seconds):
        """The first segment from this endpoint of which chooses(segment) is true."""
        with self.held:
            self.rules[source] = (chooses, seconds)

    def await_held(self, source):
        """Until the rule for this endpoint has found its segment."""
        with self.held:
            return self.held.wait_for(lambda: source not in self.rules, lab.PATIENCE)

    def _take(self, frame, to, now):
        """True if it is held."""
        try:
            segment = lab.Segment(frame[VNET_HDR:])
        except (ValueError, struct.error):
            return False
        chooses, seconds = self.rules.get(segment.source, (None, 0))
        if not chooses or not chooses(segment):
            return False
        heapq.heappush(self.waiting, Held(now + seconds, now, frame, to, segment))
        with self.held:
            del self.rules[segment.source]
            self.held.notify_all()
        return True

    def _release(self):
        while self.waiting and self.waiting[0].due <= time.monotonic():
            held = heapq.heappop(self.waiting)
            self.sockets[held.to].send(held.frame)
            held.went = time.monotonic()
            self.released.setdefault(held.segment.source, []).append(held)

    def _run(self):
        poll = select.poll()
        for packet in self.sockets:
            poll.register(packet, select.POLLIN)
        while True:
            left = self.waiting[0].due - time.monotonic() if self.waiting else 1
            for descriptor, _ in poll.poll(max(0, left * 1000)):
                index = [packet.fileno() for packet in self.sockets].index(descriptor)
                frame, to = self.sockets[index].recv(1 << 18), 1 - index
                if not self._take(frame, to, time.monotonic()):
                    self.sockets[to].send(frame)
            self._release()
