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

NETLINK_HEADER = struct.Struct("=IHHII")
REQUEST = struct.Struct("=BBBxI48s")
MESSAGE = struct.Struct("=BBBB48sIIIII")
SOCKET_ID = struct.Struct("=2s2s16s16sI8s")


@dataclasses.dataclass
class Socket:
    """local and remote: (address, port). expires_at: CLOCK_REALTIME ns when its
    timer runs out; error: ns by which that may be wrong, either way."""
    state: int
    local: tuple
    remote: tuple
    timer: int
    expires_at: int
    error: int
    id: bytes


def _endpoint(family, address, port):
    return (socket.inet_ntop(family, address[:4 if family == socket.AF_INET else 16]),
            int.from_bytes(port, "big"))


def _read(family, body, before, after):
    _, state, timer, _, identity, expires_ms, *_ = MESSAGE.unpack_from(body)
    sport, dport, source, destination, _, _ = SOCKET_ID.unpack(identity)
    # The kernel looked at its clock between the two moments.
    return Socket(state, _endpoint(family, source, sport), _endpoint(family, destination, dport), timer,
                  (before + after) // 2 + expires_ms * 1_000_000, (after - before) // 2, identity)


def _messages(data):
    while data:
        length, kind = NETLINK_HEADER.unpack_from(data)[:2]
        yield kind, data[NETLINK_HEADER.size:length]
        data = data[(length + 3) & ~3:]


def _dump_family(netlink, family, states):
    request = REQUEST.pack(family, socket.IPPROTO_TCP, 0, states, bytes(48))
    before = time.time_ns()
    netlink.send(NETLINK_HEADER.pack(NETLINK_HEADER.size + len(request), SOCK_DIAG_BY_FAMILY,
                                     NLM_F_REQUEST | NLM_F_DUMP, 1, 0) + request)
    while True:
        # Each part of a dump is put together while the one before it is received.
        data = netlink.recv(1 << 20)
        after = time.time_ns()
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


def timers(netns):
    """The same, each from the quickest of a few dumps: on a busy machine one may take long."""
    best = {}
    for _ in range(5):
        for key, found in waiting(netns).items():
            if key not in best or found.error < best[key].error:
                best[key] = found
        time.sleep(0.003)
    return best
