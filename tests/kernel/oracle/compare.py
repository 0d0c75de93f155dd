#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""compare.py TRAFFIC SOCKET_STATES WATCH: do packets and sockets tell one story?

For each connection that traffic made, at both ends: the states that `watch
--json` reports must be those that the kernel's socket went through, in order.
The two differ by design in these ways and no other:

 1. CLOSED and LISTEN before the first segment. A responder is LISTEN for us
    from the SYN on; the kernel makes the child with the SYN-ACK acknowledged,
    and it starts in SYN_RECEIVED. Both heads are dropped.
 2. TIME_WAIT. A socket that enters it is replaced by a smaller one, and the
    tracepoint says CLOSED. Whether it was TIME_WAIT is asked of inet_diag by
    traffic when the connection is over ("seen"); if so, the socket's last
    CLOSED is read as TIME_WAIT. When ours then expires (TIME_WAIT -> CLOSED
    by a timeout), there is nothing to compare with.
 3. FIN_WAIT_2 on the way to TIME_WAIT. A FIN that also acknowledges ours leads
    from FIN_WAIT_1 straight to TIME_WAIT (RFC 9293 3.10.7.4); Linux first
    handles the ACK, and passes through FIN_WAIT_2. The socket's FIN_WAIT_2 may
    be missing in ours if the segment that brought TIME_WAIT was a FIN with
    ACK, and if inet_diag never showed FIN_WAIT_2 at that end.
 4. A refused connection has no socket at the server: there ours must never
    leave LISTEN and CLOSED.
"""
import sys

sys.path.insert(0, __file__.rsplit("/", 3)[0] + "/lib")
from sequences import Watched, before_the_handshake, read_connections, read_socket_states

DISAGREEMENTS_SHOWN = 20


def kernel_story(socket, seen):
    """What the socket went through, in RFC 9293's words (rules 1 and 2)."""
    states = before_the_handshake(socket.states)
    if seen and seen[-1] == "TIME_WAIT":
        if not states or states[-1] != "CLOSED":
            raise ValueError("inet_diag shows TIME_WAIT, but the socket is not closed")
        states = states[:-1] + ["TIME_WAIT"]
    return states


def our_story(end):
    """What watch says of the end (rules 1 and 2)."""
    states = before_the_handshake(end.states)
    expired = len(states) > 1 and states[-2:] == ["TIME_WAIT", "CLOSED"]
    if expired and end.events[-1]["sender"] is None:
        states = states[:-1]
    return states


def skipped_fin_wait_2(kernel, ours, end, seen):
    """Rule 3."""
    if "FIN_WAIT_2" in seen or kernel[-2:] != ["FIN_WAIT_2", "TIME_WAIT"]:
        return False
    if ours != kernel[:-2] + ["TIME_WAIT"]:
        return False
    flags = end.events[end.states.index("TIME_WAIT")]["flags"]
    return flags is not None and "F" in flags and "." in flags


def disagreement(sockets, end, seen):
    """None where socket and watch agree, else the two stories."""
    if end is None:
        return "watch does not know it"
    ours = our_story(end)
    if not sockets:  # rule 4
        return None if not ours else "kernel: no socket\n    watch:  %s" % " ".join(ours)
    if len(sockets) > 1:
        return "%d sockets had this address; the comparison needs one" % len(sockets)
    kernel = kernel_story(sockets[0], seen)
    if kernel == ours or skipped_fin_wait_2(kernel, ours, end, seen):
        return None
    return "kernel: %s\n    watch:  %s" % (" ".join(kernel), " ".join(ours))


def main(traffic_path, sockets_path, watch_path):
    connections = read_connections(traffic_path)
    sockets = read_socket_states(sockets_path)
    watched = Watched(watch_path)
    agreed, wrong = 0, []
    by_pattern = {}
    for connection in connections:
        for name, other in (("client", "server"), ("server", "client")):
            key = (connection[name], connection[other])
            seen = connection[name + "_end"]["seen"]
            why = disagreement(sockets.pop(key, []), watched.ends.pop(key, None), seen)
            counts = by_pattern.setdefault((connection["pattern"], connection["family"]), [0, 0])
            counts[1] += 1
            if why is None:
                agreed += 1
                counts[0] += 1
            else:
                wrong.append("%s of connection %d (%s, IPv%d) at %s:\n    %s" % (
                    name, connection["n"], connection["pattern"], connection["family"],
                    connection[name], why))
    problems = list(watched.problems)
    problems += ["a connection that traffic did not make: %s to %s" % key
                 for ends in (sockets, watched.ends) for key in ends]

    for (pattern, family), (good, total) in sorted(by_pattern.items()):
        print("%-19s IPv%d  %d of %d ends" % (pattern, family, good, total))
    for text in (wrong + problems)[:DISAGREEMENTS_SHOWN]:
        print(text)
    if len(wrong + problems) > DISAGREEMENTS_SHOWN:
        print("and %d more" % (len(wrong + problems) - DISAGREEMENTS_SHOWN))
    print("%d of %d ends agree, %d other problems" % (agreed, 2 * len(connections), len(problems)))
    return 0 if agreed == 2 * len(connections) and connections and not problems else 1


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: compare.py TRAFFIC SOCKET_STATES WATCH")
    sys.exit(main(*sys.argv[1:]))
