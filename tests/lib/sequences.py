# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Sequences of TCP states by end, from the three who tell of a connection.

traffic         what was done, and states that inet_diag showed meanwhile
socket-states   the tracepoint sock:inet_sock_set_state: the kernel's sockets
watch --json    what xdp-tcpstate made of the packets

An end is named (local, remote), each "addr:port" as traffic prints it.
"""
import json


class End:
    """One end's way: states entered, in order, and what each came with."""

    def __init__(self):
        self.states = []
        self.events = []  # the line of input that brought states[i]

    def enter(self, state, event):
        self.states.append(state)
        self.events.append(event)


def read_lines(path):
    with open(path) as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield json.loads(line)
            except ValueError:
                raise SystemExit("%s:%d: not JSON: %s" % (path, number, line.strip()[:200]))


def read_connections(path):
    """What traffic printed, in the order of the connections' numbers."""
    return sorted(read_lines(path), key=lambda connection: connection["n"])


def read_socket_states(path):
    """{(local, remote): [End, ...]}, an End a socket.

    A socket is known by its address in the kernel until it is closed; the next
    one may have the same.
    """
    ends, live, unnamed = {}, {}, set()
    for change in read_lines(path):
        socket = (change["netns"], change["socket"])
        if change["to"] == "LISTEN":
            continue  # a listener, not an end of a connection
        if change["from"] == "LISTEN" and change["to"] == "CLOSED":
            continue  # it is closed
        end = live.get(socket)
        if end is None or change["from"] in ("CLOSED", "LISTEN"):
            end = live[socket] = End()
            unnamed.add(socket)
        elif end.states[-1] != change["from"]:
            raise SystemExit("socket %s goes from %s, but was %s: a change was lost"
                             % (change["socket"], change["from"], end.states[-1]))
        end.enter(change["to"], change)
        # Linux 6.1 tells of a child's SYN_RECEIVED before the child has its peer's address.
        if socket in unnamed and not change["remote"].endswith(":0"):
            unnamed.remove(socket)
            ends.setdefault((change["local"], change["remote"]), []).append(end)
        if change["to"] == "CLOSED":
            del live[socket]
    return ends


def place(end):
    return ("[%s]:%d" if ":" in end["addr"] else "%s:%d") % (end["addr"], end["port"])


class Watched:
    """Everything watch said: its ends by (local, remote), and what is wrong with it."""

    def __init__(self, path):
        self.ends = {}
        self.problems = []
        flows = {}
        for event in read_lines(path):
            if event["event"] == "lost":
                self.problems.append("events lost: %s" % json.dumps(event))
            if event["event"] != "state":
                continue
            initiator, responder = place(event["initiator"]), place(event["responder"])
            pair = (min(initiator, responder), max(initiator, responder))
            if flows.setdefault(pair, event["flow"]) != event["flow"]:
                self.problems.append("%s and %s: two flows, %s and %s"
                                     % (pair + (flows[pair], event["flow"])))
            self.follow(initiator, responder, event["initiator"], event)
            self.follow(responder, initiator, event["responder"], event)

    def follow(self, local, remote, told, event):
        end = self.ends.setdefault((local, remote), End())
        known = end.states[-1] if end.states else told["was"]
        if told["was"] != known:
            self.problems.append("%s to %s: was %s, says an event, but an earlier one left it %s"
                                 % (local, remote, told["was"], known))
        if told["state"] != told["was"]:
            end.enter(told["state"], event)


def before_the_handshake(states):
    """Drops CLOSED and LISTEN from the head: no packet, no socket tells them apart."""
    first = 0
    while first < len(states) and states[first] in ("CLOSED", "LISTEN"):
        first += 1
    return states[first:]
