#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""both_wait.py WATCHER: at the server. The client's FIN is held on its way until
the server has closed as well: a simultaneous close, after which both ends wait,
each from when the ACK of its own FIN comes. Their starts, and what the table says is left,
against the timers of both kernels' sockets."""
import os
import sys

import lab
import relay
import sock_diag
import stalls

COUNT = 10
SETTLE_S = 0.1
TWO_MSL_NS = 60 * 10**9
TOLERANCE_MS = 20

machine = stalls.Stalls()
netns = {"initiator": lab.Netns(os.environ["CLIENT_NS"]), "responder": lab.Netns(os.environ["SERVER_NS"])}
watcher = lab.Watcher(sys.argv[1])
wires = {"initiator": lab.Wire(netns["initiator"], "client0"), "responder": lab.Wire(netns["responder"], "server0")}
path = relay.Relay(lab.Netns(os.environ["RELAY_NS"]), "to-client", "to-server")


def close_both(version, port, listener):
    client, server = lab.connect(netns["initiator"], listener, version, port)
    ends = lab.endpoints(client)
    lab.exchange(client, server)
    machine.sleep(0.05)  # nothing is left to be acknowledged
    path.hold(ends[0], lambda segment: segment.flags & lab.FIN, 0, kept=True)
    client.close()
    path.await_held(ends[0])
    server.close()
    path.let_go(ends[0])
    return ends


def waits_from(ends):
    """{role: the time that its wait counts from}. Where the machine stalls, a FIN may come again, and restart it."""
    watcher.wait(*ends, event="time_wait", phase="started")
    return {role: lab.time_of(event["ts"]) for event in watcher.of(*ends, event="time_wait")
            for role in (netns if event["end"] == "both" else (event["end"],)) if event["phase"] != "ended"}


def under_way(ends):
    """ns that the ACK from which the initiator waits was on its way from the hook to there, with the relay between."""
    seen = [[s.time for s in wires[role].of(*ends) if s.source == ends[1] and s.flags == lab.ACK] for role in wires]
    return seen[0][-1] - seen[1][-1] if all(seen) else 0


def main():
    listeners = {version: lab.listen(netns["responder"], version, 8300) for version in (4, 6)}
    connections = [close_both(version, 31500 + number, listeners[version])
                   for version in (4, 6) for number in range(COUNT)]
    machine.sleep(SETTLE_S)
    kernel = {role: sock_diag.timers(netns[role]) for role in netns}
    differences = {role: [] for role in netns}
    left, wrong, paths_ms = [], [], []
    table = watcher.table()
    for ends in connections:
        sockets = {"initiator": kernel["initiator"].get(ends), "responder": kernel["responder"].get(ends[::-1])}
        if not all(sockets.values()):
            wrong.append(f"{ends}: the kernel has {sockets}")
            continue
        expires = {role: sockets[role].expires_at for role in netns}
        paths_ms.append(under_way(ends) / 1e6)
        expires["initiator"] -= under_way(ends)
        for role, since in waits_from(ends).items():
            differences[role].append((since + TWO_MSL_NS - expires[role]) / 1e6)
        flow = table.get(frozenset(ends))
        if not flow or not flow["time_wait"] or flow["time_wait"]["end"] != "both":
            wrong.append(f"in the table: {flow}")
            continue
        ours = lab.time_of(flow["ts"]) + flow["time_wait"]["remaining_ms"] * 1e6
        left.append((ours - max(expires.values())) / 1e6)
    machine.say()
    lab.say(f"from the hook to the initiator: {lab.spread(paths_ms)}")
    lab.check("both ends wait, in the kernel and in the table", not wrong, wrong[:1])
    for name, apart in (("start of the initiator", differences["initiator"]),
                        ("start of the responder", differences["responder"]),
                        ("what is left, of the later one", left)):
        lab.say(f"both wait, {name}: ours less the kernel's: {lab.spread(apart)}")
        lab.check(f"both wait: {name}", len(apart) == len(connections) and max(map(abs, apart)) <=
                  machine.widen(TOLERANCE_MS), apart)
    lab.done()


main()
