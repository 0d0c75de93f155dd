# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""The path between two interfaces, as a thread: it passes every frame on at once,
but holds back chosen TCP segments for a time, and until it is told that they
may go, and says for how long it did."""
import collections
import dataclasses
import heapq
import os
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
        self.rules = {}      # endpoint -> (chooses, seconds, until it is let go?)
        self.kept = {}       # endpoint -> Held, not yet let go
        self.waiting = []    # heap of Held
        self.released = {}   # endpoint -> [Held]
        self.times = collections.Counter()  # (endpoint, seq) -> how often it came with that number
        self.slowest_ns = 0  # that a frame took from one interface to the other, if it was not held
        self.resets = {}     # endpoint -> when its first RST came
        self.held = threading.Condition()
        self.let_go_of = os.eventfd(0, os.EFD_CLOEXEC)
        threading.Thread(target=self._run, daemon=True).start()

    @staticmethod
    def _open(netns, interface):
        with netns:
            packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(lab.ETH_P_ALL))
        # Checksums and segmentation that are left to the NIC stay so.
        packet.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
        packet.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1)
        packet.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        packet.setsockopt(socket.SOL_SOCKET, lab.SO_TIMESTAMPNS, 1)
        packet.bind((interface, lab.ETH_P_ALL))
        packet.setblocking(False)
        return packet

    def hold(self, source, chooses, seconds, kept=False):
        """The first segment from this endpoint of which chooses(segment) is true.
        kept: until let_go(), even when the time is over."""
        with self.held:
            self.rules[source] = (chooses, seconds, kept)

    def await_held(self, source):
        """Until the rule for this endpoint has found its segment."""
        with self.held:
            return self.held.wait_for(lambda: source not in self.rules, lab.PATIENCE)

    def let_go(self, source):
        """What was to happen before it arrives has happened. RuntimeError if the path never saw it."""
        if not self.await_held(source):
            raise RuntimeError(f"the path saw no segment of {source} to hold")
        with self.held:
            held = self.kept.pop(source)
            held.due = max(held.due, time.monotonic())
            heapq.heappush(self.waiting, held)
        os.eventfd_write(self.let_go_of, 1)

    def _take(self, frame, to, now):
        """True if it is held."""
        try:
            segment = lab.Segment(frame[VNET_HDR:])
        except (ValueError, struct.error):
            return False
        self.times[segment.source, segment.seq] += segment.length > 0
        if segment.flags & lab.RST:
            self.resets.setdefault(segment.source, now)
        chooses, seconds, kept = self.rules.get(segment.source, (None, 0, False))
        if not chooses or not chooses(segment):
            return False
        held = Held(now + seconds, now, frame, to, segment)
        with self.held:
            if kept:
                self.kept[segment.source] = held
            else:
                heapq.heappush(self.waiting, held)
            del self.rules[segment.source]
            self.held.notify_all()
        return True

    def _due(self):
        """The next that is, or None."""
        with self.held:
            if self.waiting and self.waiting[0].due <= time.monotonic():
                return heapq.heappop(self.waiting)
        return None

    def _release(self):
        while held := self._due():
            self.sockets[held.to].send(held.frame)
            held.went = time.monotonic()
            self.released.setdefault(held.segment.source, []).append(held)

    def _run(self):
        poll = select.poll()
        for descriptor in (*self.sockets, self.let_go_of):
            poll.register(descriptor, select.POLLIN)
        while True:
            with self.held:
                left = self.waiting[0].due - time.monotonic() if self.waiting else 1
            for descriptor, _ in poll.poll(max(0, left * 1000)):
                if descriptor == self.let_go_of:
                    os.eventfd_read(self.let_go_of)
                    continue
                index = [packet.fileno() for packet in self.sockets].index(descriptor)
                (frame, ancillary, _, _), to = self.sockets[index].recvmsg(1 << 18, 128), 1 - index
                if not self._take(frame, to, time.monotonic()):
                    self.sockets[to].send(frame)
                    self.slowest_ns = max(self.slowest_ns, time.time_ns() - lab.stamp(ancillary))
            self._release()
