#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""expect.py TRAFFIC --sockets FILE | --watch FILE

Checks both ends of every connection that traffic made against expected.tsv:
either what the kernel's sockets did (socket-states), which tests the traffic
program, or what `xdp-tcpstate watch --json` said.
"""
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "lib"))
from sequences import Watched, before_the_handshake, read_connections, read_socket_states


def read_expected():
    """{pattern: {"client": [...], "server": [...]}}"""
    expected = {}
    with open(os.path.join(HERE, "expected.tsv")) as lines:
        for line in lines:
            if not line.startswith("#"):
                pattern, client, server = line.rstrip("\n").split("\t")
                expected[pattern] = {"client": client.split(), "server": server.split()}
    return expected


def matches(states, expected):
    if expected == ["-"]:
        return not states
    if not expected or not states:
        return not states and all(word.startswith("[") for word in expected)
    head = expected[0]
    if head.startswith("["):
        return matches(states, [head[1:-1]] + expected[1:]) or matches(states, expected[1:])
    return states[0] == head and matches(states[1:], expected[1:])


def states_of_socket(sockets, seen):
    """The tracepoint says CLOSED where a socket goes to TIME_WAIT; inet_diag tells."""
    states = [state for socket in sockets for state in before_the_handshake(socket.states)]
    if seen and seen[-1] == "TIME_WAIT" and states[-1:] == ["CLOSED"]:
        states[-1] = "TIME_WAIT"
    return states


def main(traffic_path, source, path):
    connections, expected = read_connections(traffic_path), read_expected()
    problems = []
    if source == "--sockets":
        sockets = read_socket_states(path)
    else:
        watched = Watched(path)
        problems = watched.problems
    for connection in connections:
        for name, other in (("client", "server"), ("server", "client")):
            key = (connection[name], connection[other])
            if source == "--sockets":
                states = states_of_socket(sockets.get(key, []), connection[name + "_end"]["seen"])
            elif key in watched.ends:
                states = before_the_handshake(watched.ends[key].states)
            else:
                states = ["nothing"]
            wanted = expected[connection["pattern"]][name]
            if not matches(states, wanted):
                problems.append("%s of connection %d (%s, IPv%d): expected %s, got %s" % (
                    name, connection["n"], connection["pattern"], connection["family"],
                    " ".join(wanted), " ".join(states) or "-"))
    for text in problems[:20]:
        print(text)
    print("%d connections, %d problems" % (len(connections), len(problems)))
    return 0 if connections and not problems else 1


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[2] not in ("--sockets", "--watch"):
        sys.exit("usage: expect.py TRAFFIC --sockets FILE | --watch FILE")
    sys.exit(main(*sys.argv[1:]))
