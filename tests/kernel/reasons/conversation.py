# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
One connection between a kernel's socket and the peer, brought to a state; and
the segments, right and wrong, that the peer then sends.
"""
import errno
import socket
import struct

from veth import KERNEL, PEER
from wire import ACK, FIN, RST, SYN, Segment

WORD = 1 << 32
PORT = 80  # where the kernel listens
TALK = 3000  # bytes that the kernel's end has sent before, and seen acknowledged
UNREAD = 1000  # and that it sends, and nobody acknowledges


class Aligned(Segment):
    """With its timestamp where all stacks put it: Linux predicts no other header (RFC 7323, appendix A)."""

    def options(self):
        if self.ts is None or self.flags & SYN:
            return super().options()
        return b"\x01\x01\x08\x0a" + struct.pack("!II", *self.ts)


class Conversation:
    """
    next, heard: the peer's own next number, and the highest that it has had of
    the kernel's; acked: the highest that it has acknowledged; edge: up to where the
    kernel lets it send. Numbers are as on the wire.
    """

    def __init__(self, wire, listener, rng, port, timestamps, scale, window):
        self.wire, self.listener, self.rng = wire, listener, rng
        self.peer, self.kernel = (PEER, port), (KERNEL, PORT)
        self.timestamps, self.scale, self.window = timestamps, scale, window
        self.isn = self.next = rng.randrange(WORD)
        self.heard = self.acked = self.edge = self.theirs = 0
        self.kernel_scale = 0
        self.tick, self.echo = rng.randrange(1 << 31), 0
        self.socket = None
        self.gone = False
        self.told = 0  # what the kernel has acknowledged: the read bytes beyond wait for its delayed ACK
        self.fin = 0  # the kernel has sent one
        self.finished = False  # it has had the peer's

    # ---- segments ---------------------------------------------------------

    def segment(self, flags, seq=None, ack=None, length=0, stale=0, bare=False):
        """One of the peer's; stale: so many ticks too old; bare: without the timestamp that it should have."""
        self.tick += 2
        s = Aligned(self.peer, self.kernel, flags, self.next if seq is None else seq,
                    self.heard if ack is None else ack, length, self.window, 0)
        if flags & SYN:
            s.mss, s.wscale = 1460, self.scale
        if self.timestamps and not bare:
            s.ts = ((self.tick - stale) % WORD, self.echo if flags & ACK else 0)
        return s

    def hand_over(self, s, broken=False):
        self.wire.send(s, broken)
        unacknowledged = (self.heard - self.acked) % WORD
        if s.flags & (ACK | RST) == ACK and s.seq == self.next and 0 < (s.ack - self.acked) % WORD <= unacknowledged:
            self.acked = s.ack
        self.listen()

    def listen(self):
        for r in self.wire.receive():
            if (r.port, r.peer_port) != (self.kernel[1], self.peer[1]):
                continue
            if r.flags & RST:
                self.gone = True
                continue
            if r.flags & SYN:
                self.theirs = r.seq
                self.kernel_scale = r.wscale or 0
                self.heard, self.acked = r.end, r.seq
            self.fin = self.fin or r.flags & FIN
            if 0 < (r.end - self.heard) % WORD < WORD // 2:
                self.heard = r.end
            if r.flags & ACK:
                self.told = r.ack
                if (r.ack - self.next) % WORD < WORD // 2:
                    self.next = r.ack
                self.edge = (r.ack + (r.window << (0 if r.flags & SYN else self.kernel_scale))) % WORD
            if r.tsval is not None:
                self.echo = r.tsval
        self.read()

    def read(self):
        """What the socket has taken is what the peer has sent: it need not wait for a delayed ACK."""
        while self.socket and self.reads:
            try:
                data = self.socket.recv(65536)
            except OSError as e:
                self.gone = self.gone or e.errno not in (errno.EAGAIN, errno.ENOTCONN)
                return
            if data:
                self.received += len(data)
            taken = (self.isn + 1 + self.received + (not data)) % WORD  # the end of file is a number, too
            self.next = max(taken, self.next, key=lambda n: (n - self.isn) % WORD)
            if not data:
                self.finished = True
                return

    def acknowledge(self):
        self.acked = self.heard
        self.hand_over(self.segment(ACK))

    # ---- openings ---------------------------------------------------------

    reads, received = True, 0

    def connect(self):
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.bind((KERNEL, 0))
        self.kernel = self.socket.getsockname()
        self.socket.connect_ex(self.peer)
        self.listen()

    def accept(self):
        """Others have become whole since, by what was sent to their requests."""
        while True:
            self.socket, peer = self.listener.accept()
            if peer == self.peer:
                break
            self.socket.close()
        self.socket.setblocking(False)

    def open_passive(self):
        self.hand_over(self.segment(SYN))
        self.next = (self.isn + 1) % WORD

    def establish(self, passive=None):
        if self.rng.random() < 0.5 if passive is None else passive:
            self.open_passive()
            self.acknowledge()
            self.accept()
        else:
            self.connect()
            self.next = (self.isn + 1) % WORD
            self.acked = self.heard
            self.hand_over(self.segment(SYN | ACK, seq=self.isn))
        self.talk(TALK)
        self.acknowledge()
        self.hand_over(self.segment(ACK, length=500))

    def talk(self, size):
        sent = 0
        while sent < size:
            try:
                sent += self.socket.send(bytes(size - sent))
            except BlockingIOError:
                break
            self.listen()
            if (self.heard - self.acked) % WORD >= self.window << self.scale:
                self.acknowledge()

    # ---- closings ---------------------------------------------------------

    def shut(self, orphan):
        if orphan:
            self.socket.close()
            self.socket = None
        else:
            self.socket.shutdown(socket.SHUT_WR)
        self.listen()

    def finish(self):
        fin = self.segment(FIN | ACK, ack=self.acked)
        self.hand_over(fin)
        self.next = fin.end
        self.finished = True

    def close(self):
        if self.socket:
            self.socket.close()


# ---- the states -----------------------------------------------------------

def syn_sent(c):
    c.connect()


def syn_received(c):
    c.open_passive()


def crossed(c):
    c.connect()
    c.hand_over(c.segment(SYN, seq=c.isn))
    c.next = (c.isn + 1) % WORD


def established(c):
    c.establish()


def unacknowledged(c):
    c.establish()
    c.talk(min(UNREAD, c.window << c.scale))


def shut_window(c):
    c.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    c.establish(passive=True)
    c.listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 131072)
    c.reads = False
    for _ in range(60):
        room, before = (c.edge - c.next) % WORD, c.next
        if not room:
            break
        c.hand_over(c.segment(ACK, length=min(room, 1400)))
        if c.next == before:  # it waits with its ACK
            c.hand_over(c.segment(ACK, length=min(room, 1400)))


def fin_wait_1(c, orphan=False):
    c.establish()
    c.shut(orphan)


def fin_wait_2(c, orphan=False):
    fin_wait_1(c, orphan)
    c.acknowledge()


def closing(c):
    fin_wait_1(c)
    c.finish()


def time_wait(c):
    fin_wait_2(c, orphan=c.rng.random() < 0.5)
    c.finish()


def close_wait(c):
    c.establish()
    c.finish()


def last_ack(c):
    close_wait(c)
    c.shut(orphan=c.rng.random() < 0.5)


STATES = {
    "SYN_SENT": syn_sent, "SYN_RECEIVED": syn_received, "SYN_RECEIVED, crossed": crossed,
    "ESTABLISHED": established, "ESTABLISHED, unacknowledged": unacknowledged,
    "ESTABLISHED, window shut": shut_window,
    "FIN_WAIT_1": fin_wait_1, "FIN_WAIT_1, orphan": lambda c: fin_wait_1(c, True),
    "FIN_WAIT_2": fin_wait_2, "FIN_WAIT_2, orphan": lambda c: fin_wait_2(c, True),
    "CLOSING": closing, "TIME_WAIT": time_wait, "CLOSE_WAIT": close_wait, "LAST_ACK": last_ack,
}


# ---- the segments ---------------------------------------------------------

def some(c, low, high):
    return c.rng.randrange(low, high)


# What it is called: flags, and where seq and ack are; n: the peer's next, e: the kernel's edge, h: what the
# kernel has sent, a: what has been acknowledged of that.
KINDS = {
    "an ACK": lambda c: c.segment(ACK, ack=c.acked),
    "an ACK of all": lambda c: c.segment(ACK),
    "data": lambda c: c.segment(ACK, ack=c.acked, length=some(c, 1, 400)),
    "data that acknowledges all": lambda c: c.segment(ACK, length=some(c, 1, 400)),
    "data with an old ACK": lambda c: c.segment(ACK, ack=c.acked - some(c, 1, TALK), length=100),
    "data with an ACK older than any window": lambda c: c.segment(ACK, ack=c.acked - some(c, 1 << 24, 1 << 30), length=100),
    "data with an ACK of the unsent": lambda c: c.segment(ACK, ack=c.heard + some(c, 1, 100000), length=100),
    "an old ACK": lambda c: c.segment(ACK, ack=c.acked - some(c, 1, TALK)),
    "an ACK older than any window": lambda c: c.segment(ACK, ack=c.acked - some(c, 1 << 24, 1 << 30)),
    "an ACK of one unsent": lambda c: c.segment(ACK, ack=c.heard + 1),
    "an ACK of the unsent": lambda c: c.segment(ACK, ack=c.heard + some(c, 2, 60000)),
    "an ACK of the far unsent": lambda c: c.segment(ACK, ack=c.heard + some(c, 1 << 24, 1 << 30)),
    "old data": lambda c: c.segment(ACK, seq=c.next - some(c, 100, 400), length=some(c, 1, 100)),
    "very old data": lambda c: c.segment(ACK, seq=c.next - some(c, 100000, 1 << 30), length=100),
    "data that reaches back": lambda c: c.segment(ACK, seq=c.next - some(c, 1, 100), length=200),
    "data behind a hole": lambda c: c.segment(ACK, seq=c.next + some(c, 1, 1000), length=100),
    "data up to the edge": lambda c: c.segment(ACK, seq=c.edge - 100, length=100),
    "data across the edge": lambda c: c.segment(ACK, seq=c.edge - some(c, 1, 100), length=200),
    "data at the edge": lambda c: c.segment(ACK, seq=c.edge, length=100),
    "data beyond the edge": lambda c: c.segment(ACK, seq=c.edge + some(c, 1, 100000), length=100),
    "an ACK from before": lambda c: c.segment(ACK, seq=c.next - some(c, 2, 10000)),
    "an ACK from ahead": lambda c: c.segment(ACK, seq=c.next + some(c, 1, 1000)),
    "an ACK at the edge": lambda c: c.segment(ACK, seq=c.edge),
    "an ACK beyond the edge": lambda c: c.segment(ACK, seq=c.edge + some(c, 1, 100000)),
    "a keepalive": lambda c: c.segment(ACK, seq=c.next - 1),
    "a keepalive with a byte": lambda c: c.segment(ACK, seq=c.next - 1, length=1),
    "a window probe": lambda c: c.segment(ACK, length=1),
    "a stale ACK": lambda c: c.segment(ACK, stale=some(c, 100, 100000)),
    "stale data": lambda c: c.segment(ACK, stale=some(c, 100, 100000), length=100),
    "stale old data": lambda c: c.segment(ACK, seq=c.next - 200, stale=some(c, 100, 100000), length=100),
    "a stale FIN": lambda c: c.segment(FIN | ACK, stale=some(c, 100, 100000)),
    "a stale RST": lambda c: c.segment(RST | ACK, stale=some(c, 100, 100000)),
    "data without a timestamp": lambda c: c.segment(ACK, length=100, bare=True),
    "an exact RST": lambda c: c.segment(RST),
    "an exact RST with ACK": lambda c: c.segment(RST | ACK),
    "an RST with an ACK of the unsent": lambda c: c.segment(RST | ACK, ack=c.heard + some(c, 1, 1000)),
    "an RST in the window": lambda c: c.segment(RST, seq=c.next + some(c, 1, 1000)),
    "an RST at the edge": lambda c: c.segment(RST, seq=c.edge),
    "an RST from before": lambda c: c.segment(RST, seq=c.next - some(c, 1, 1000)),
    "an RST beyond the edge": lambda c: c.segment(RST, seq=c.edge + some(c, 1, 100000)),
    "a SYN in the window": lambda c: c.segment(SYN, seq=c.next + some(c, 0, 1000)),
    "a SYN from before": lambda c: c.segment(SYN, seq=c.next - some(c, 10000, 1 << 30)),
    "a SYN beyond the edge": lambda c: c.segment(SYN, seq=c.edge + some(c, 1, 1 << 20)),
    "its own SYN again": lambda c: c.segment(SYN, seq=c.isn),
    "a SYN-ACK in the window": lambda c: c.segment(SYN | ACK, seq=c.next + some(c, 0, 1000)),
    "a SYN-ACK of something else": lambda c: c.segment(SYN | ACK, seq=c.isn, ack=c.heard + some(c, 1, 1000)),
    "no flags": lambda c: c.segment(0),
    "data without ACK": lambda c: c.segment(0, length=100),
    "a FIN without ACK": lambda c: c.segment(FIN),
    "SYN and FIN": lambda c: c.segment(SYN | FIN, seq=c.next + 10),
    "a FIN": lambda c: c.segment(FIN | ACK, ack=c.acked),
    "a FIN that acknowledges all": lambda c: c.segment(FIN | ACK),
    "a FIN with an old ACK": lambda c: c.segment(FIN | ACK, ack=c.acked - some(c, 1, TALK)),
    "a FIN with an ACK of the unsent": lambda c: c.segment(FIN | ACK, ack=c.heard + some(c, 1, 1000)),
    "a FIN behind a hole": lambda c: c.segment(FIN | ACK, seq=c.next + some(c, 1, 1000)),
    "a FIN from before": lambda c: c.segment(FIN | ACK, seq=c.next - some(c, 2, 1000)),
    "a FIN beyond the edge": lambda c: c.segment(FIN | ACK, seq=c.edge + some(c, 1, 1000)),
    "the FIN again": lambda c: c.segment(FIN | ACK, seq=c.next - 1),
    "data behind the FIN": lambda c: c.segment(ACK, seq=c.next + 1, length=100),
    "a wrong checksum": lambda c: c.segment(ACK, length=100),
}

# What ends most connections, and what the peer says of itself, which moves them on.
ENDS = {"an exact RST", "an exact RST with ACK", "an RST with an ACK of the unsent"}
