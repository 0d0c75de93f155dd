#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""nine.py CLIENT_NETNS SERVER_NETNS BRIDGE_NETNS COUNT: COUNT connections of each family in each of TCP's nine states.

Says "ready" when all are there, then obeys words on stdin, each answered by one:

  close   what was kept from arriving arrives, and all are closed, in every way
  end     all sockets are gone

A state that does not last by itself is held by what is dropped between the two, on a bridge (drop.bpf.c).
"""
import os
import resource
import socket
import struct
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/late")
from lab import FAMILY, SERVER, Netns, die_with_parent, listen

# Ports of the server, by what becomes of the connections to it.
ESTABLISHED, SYN_SENT, SYN_RECEIVED, FIN_WAIT_1, HALF_CLOSED, CLOSING, LAST_ACK, TIME_WAIT, ORPHANS = range(9001, 9010)


class Drops:
    """Segments that come to a port of the bridge, and do not pass: sections of drop.bpf.c."""

    def __init__(self, netns, interface):
        self.netns, self.interface = netns, interface
        self._tc("qdisc", "add", "dev", interface, "clsact")

    def _tc(self, *words):
        done = self.netns.run("tc", *words)
        if done.returncode:
            sys.exit("tc " + " ".join(words) + ": " + done.stderr)

    def add(self, section, priority=1):
        self._tc("filter", "add", "dev", self.interface, "ingress", "prio", str(priority), "bpf", "direct-action",
                 "object-file", os.environ.get("BUILD", "build") + "/tests/seed-drop.bpf.o", "section", section)

    def clear(self):
        self._tc("filter", "del", "dev", self.interface, "ingress")


def reset(end):
    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    end.close()


class Nine:
    def __init__(self, client, server, bridge, count):
        self.client, self.server, self.count = Netns(client), Netns(server), count
        self.to_server, self.to_client = Drops(Netns(bridge), "to-client"), Drops(Netns(bridge), "to-server")
        self.pairs = {}

    def connect(self, port, version, answered=True):
        """count connections: (client's, server's socket). answered: the handshake ends."""
        listener = listen(self.server, version, port)
        pairs = []
        for _ in range(self.count):
            with self.client:
                end = socket.socket(FAMILY[version], socket.SOCK_STREAM)
            end.setblocking(answered)
            end.connect_ex((SERVER[version], port))
            other = None
            if answered and port != SYN_RECEIVED:
                other, _ = listener.accept()
                end.sendall(b"question")
                other.recv(100)
                other.sendall(b"the answer")
                end.recv(100)
            pairs.append((end, other))
        self.pairs.setdefault(port, []).extend(pairs)
        self.pairs.setdefault("listeners", []).append(listener)
        return pairs

    def make(self):
        self.to_server.add("to_server")
        self.to_client.add("to_client")
        for version in (4, 6):
            self.connect(ESTABLISHED, version)
            self.connect(SYN_SENT, version, answered=False)
            self.connect(SYN_RECEIVED, version)
            for end, _ in self.connect(FIN_WAIT_1, version):
                end.shutdown(socket.SHUT_WR)
            for end, _ in self.connect(HALF_CLOSED, version):
                end.shutdown(socket.SHUT_WR)
            for end, other in self.connect(LAST_ACK, version):
                end.shutdown(socket.SHUT_WR)
                other.recv(1)
                other.shutdown(socket.SHUT_WR)
            for end, other in self.connect(TIME_WAIT, version):
                end.shutdown(socket.SHUT_WR)
                other.recv(1)
                other.close()
                end.recv(1)
                end.close()
            for end, _ in self.connect(ORPHANS, version):
                end.close()
            self.connect(CLOSING, version)
        self.to_server.add("closing", 2)
        for end, other in self.pairs[CLOSING]:
            end.shutdown(socket.SHUT_WR)
            other.shutdown(socket.SHUT_WR)

    def close(self):
        """In every way: a FIN of either side or both, or a RST of either side."""
        self.to_server.clear()
        self.to_client.clear()
        for port, pairs in self.pairs.items():
            if port in ("listeners", SYN_SENT, SYN_RECEIVED, TIME_WAIT):
                continue
            for n, (end, other) in enumerate(pairs):
                self.close_one(port, n, end, other)

    @staticmethod
    def close_one(port, n, end, other):
        if port == ESTABLISHED:
            first, second = ((end, other), (other, end))[n & 1]
            if n & 2:
                reset(first)
                return
            first.shutdown(socket.SHUT_WR)
            second.recv(1)
            second.close()
            first.close()
        elif port == HALF_CLOSED:
            (reset if n & 1 else socket.socket.close)(other)
        elif port in (FIN_WAIT_1, ORPHANS):
            other.close()

    def end(self):
        for pairs in self.pairs.values():
            for pair in pairs:
                for one in pair if isinstance(pair, tuple) else (pair,):
                    if one:
                        one.close()


def main(client, server, bridge, count):
    die_with_parent()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    nine = Nine(client, server, bridge, int(count))
    nine.make()
    time.sleep(0.3)  # what is under way arrives
    print("ready", flush=True)
    for line in sys.stdin:
        getattr(nine, line.strip())()
        print("done", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: nine.py CLIENT_NETNS SERVER_NETNS BRIDGE_NETNS COUNT")
    main(*sys.argv[1:])
