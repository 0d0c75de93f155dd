#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""both_wait.py WATCHER: at the server. The client's FIN is held on its way until
the server has closed as well: a simultaneous close, after which both ends wait,
each from the ACK of its own FIN. Their starts, and what the table says is left,
against the timers of both kernels' sockets."""
import os
import sys
import time

import lab
import relay
import sock_diag

COUNT = 10
HOLD_S = 0.06  # less than it takes to send a FIN again
TWO_MSL_NS = 60 * 10**9
TOLERANCE_MS = 20

netns = {"initiator": lab.Netns(os.environ["CLIENT_NS"]), "responder": lab.Netns(os.environ["SERVER_NS"])}
watcher = lab.Watcher(sys.argv[1])
path = relay.Relay(lab.Netns(os.environ["RELAY_NS"]), "to-client", "to-server")


def close_both(version, port, listener):
    client, server = lab.connect(netns["initiator"], listener, version, port)
    ends = lab.endpoints(client)
    lab.exchange(client, server)
    time.sleep(0.05)  # nothing is left to be acknowledged
    path.hold(ends[0], lambda segment: segment.flags & lab.FIN, HOLD_S)
    client.close()
    path.await_held(ends[0])
    server.close()
    return ends


def main():
    listeners = {version: lab.listen(netns["responder"], version, 8300) for version in (4, 6)}
    connections = [close_both(version, 31500 + number, listeners[version])
                   for version in (4, 6) for number in range(COUNT)]
    time.sleep(HOLD_S + 0.1)
    kernel = {role: sock_diag.timers(netns[role]) for role in netns}
    differences = {role: [] for role in netns}
    left, wrong = [], []
    table = watcher.table()
    for ends in connections:
        sockets = {"initiator": kernel["initiator"].get(ends), "responder": kernel["responder"].get(ends[::-1])}
        if not all(sockets.values()):
            wrong.append(f"{ends}: the kernel has {sockets}")
            continue
        for event in watcher.wait(*ends, event="time_wait", phase="started"):
            for role in netns if event["end"] == "both" else (event["end"],):
                differences[role].append((lab.time_of(event["ts"]) + TWO_MSL_NS - sockets[role].expires_at) / 1e6)
        flow = table.get(frozenset(ends))
        if not flow or not flow["time_wait"] or flow["time_wait"]["end"] != "both":
            wrong.append(f"in the table: {flow}")
            continue
        ours = lab.time_of(flow["ts"]) + flow["time_wait"]["remaining_ms"] * 1e6
        left.append((ours - max(s.expires_at for s in sockets.values())) / 1e6)
    lab.check("both ends wait, in the kernel and in the table", not wrong, wrong[:1])
    for name, apart in (("start of the initiator", differences["initiator"]),
                        ("start of the responder", differences["responder"]),
                        ("what is left, of the later one", left)):
        lab.say(f"both wait, {name}: ours less the kernel's: {lab.spread(apart)}")
        lab.check(f"both wait: {name}", len(apart) == len(connections) and max(map(abs, apart)) <= TOLERANCE_MS, apart)
    lab.done()


main()
