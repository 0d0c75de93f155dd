# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""The kernel's own word on its TCP sockets, by NETLINK_SOCK_DIAG: as ss(8), but
with the timers in milliseconds. linux/inet_diag.h, linux/sock_diag.h."""
import dataclasses
import socket
import struct
import time

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLMSG_ERROR, NLMSG_DONE = 2, 3
SOCK_DESTROY = 21

ESTABLISHED, TIME_WAIT, CLOSE_WAIT = 1, 6, 8
TIMER_TIME_WAIT = 3

CLOCK_REALTIME_COARSE = 5  # as of the last tick

NETLINK_HEADER = struct.Struct("=IHHII")
REQUEST = struct.Struct("=BBBxI48s")
MESSAGE = struct.Struct("=BBBB48sIIIII")
SOCKET_ID = struct.Struct("=2s2s16s16sI8s")


@dataclasses.dataclass
class Socket:
    """local and remote: (address, port). Its timer runs out between earliest and
    latest, CLOCK_REALTIME ns."""
    state: int
    local: tuple
    remote: tuple
    timer: int
    earliest: int
    latest: int
    id: bytes

    @property
    def expires_at(self):
        return (self.earliest + self.latest) // 2

    @property
    def error(self):
        """ns by which that may be wrong, either way."""
        return (self.latest - self.earliest) // 2

    def narrow(self, other):
        """By what another look at the same timer told."""
        self.earliest = max(self.earliest, other.earliest)
        self.latest = max(self.earliest, min(self.latest, other.latest))


def _endpoint(family, address, port):
    return (socket.inet_ntop(family, address[:4 if family == socket.AF_INET else 16]),
            int.from_bytes(port, "big"))


def _read(family, body, before, after):
    _, state, timer, _, identity, expires_ms, *_ = MESSAGE.unpack_from(body)
    sport, dport, source, destination, _, _ = SOCKET_ID.unpack(identity)
    # The kernel looked at jiffies between the two moments.
    return Socket(state, _endpoint(family, source, sport), _endpoint(family, destination, dport), timer,
                  before + expires_ms * 1_000_000, after + expires_ms * 1_000_000, identity)


def _messages(data):
    while data:
        length, kind = NETLINK_HEADER.unpack_from(data)[:2]
        yield kind, data[NETLINK_HEADER.size:length]
        data = data[(length + 3) & ~3:]


def _tick():
    """CLOCK_REALTIME ns of the last tick, at which jiffies was counted up. Where that
    comes late, which is so where CPUs are shared or emulated, jiffies is as old."""
    return time.clock_gettime_ns(CLOCK_REALTIME_COARSE)


def _dump_family(netlink, family, states):
    request = REQUEST.pack(family, socket.IPPROTO_TCP, 0, states, bytes(48))
    before = _tick()
    netlink.send(NETLINK_HEADER.pack(NETLINK_HEADER.size + len(request), SOCK_DIAG_BY_FAMILY,
                                     NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + request)
    while True:
        # Each part of a dump is put together while the one before it is received.
        data = netlink.recv(1 << 20)
        after = _tick()
        for kind, body in _messages(data):
            if kind == NLMSG_DONE:
                return
            if kind == NLMSG_ERROR:
                raise OSError(-struct.unpack_from("=i", body)[0], "sock_diag")
            yield _read(family, body, before, after)
        before = after


def dump(netns, *states):
    """All TCP sockets of the namespace in these states."""
    with netns, socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG) as netlink:
        mask = sum(1 << state for state in states)
        return [found for family in (socket.AF_INET, socket.AF_INET6)
                for found in _dump_family(netlink, family, mask)]


def waiting(netns):
    """{(local, remote): Socket} of those in TIME_WAIT."""
    return {(s.local, s.remote): s for s in dump(netns, TIME_WAIT) if s.timer == TIMER_TIME_WAIT}


LOOKS, NEAR_ENOUGH_NS = 30, 1_000_000


def timers(netns):
    """The same, each from a few dumps: on a busy machine, one may take tens of milliseconds."""
    found = {}
    for _ in range(LOOKS):
        for key, timer in waiting(netns).items():
            if key in found:
                timer.narrow(found[key])
            found[key] = timer
        if all(timer.error <= NEAR_ENOUGH_NS for timer in found.values()):
            break
        time.sleep(0.003)
    return found
