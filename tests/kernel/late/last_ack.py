#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""last_ack.py WATCHER WATCHER: at the client, at the server. The last ACK is lost
behind the hook of the end that sends it (drop_last_ack.bpf.c): that end's
watcher sees each of its ACKs, the other's only the one that gets through; both
see the FIN again. What they say of the wait and its restarts, against the wire
at the end that waits, and against the timer of the kernel's socket there."""
import os
import sys

import lab
import sock_diag
import stalls

FIRST_PORT = 9500
DROPS = (0, 1, 2, 3)
TWO_MSL_NS = 60 * 10**9
TOLERANCE_MS = 20

machine = stalls.Stalls()
netns = {"client": lab.Netns(os.environ["CLIENT_NS"]), "server": lab.Netns(os.environ["SERVER_NS"])}
watchers = {"client": lab.Watcher(sys.argv[1]), "server": lab.Watcher(sys.argv[2])}
wires = {end: lab.Wire(netns[end], end + "0") for end in netns}


class Connection:
    """closer is the end that will wait."""

    def __init__(self, version, closer, drops, listener):
        self.name = f"IPv{version}, the {closer} waits, {drops} ACKs lost"
        self.closer, self.drops = closer, drops
        client, server = lab.connect(netns["client"], listener, version)
        self.ends = lab.endpoints(client)
        self.socket = self.ends if closer == "client" else self.ends[::-1]
        lab.exchange(client, server)
        lab.close(*((client, server) if closer == "client" else (server, client)))

    def fins(self):
        """When the other end's FIN reached the one that waits: the first, and each that came again."""
        return [s.time for s in wires[self.closer].of(*self.ends)
                if s.flags & lab.FIN and s.source == self.socket[1]]

    def last_acks(self):
        """Those that got through."""
        fins = self.fins()
        return [s for s in wires[self.closer].of(*self.ends)
                if fins and s.source == self.socket[0] and s.flags == lab.ACK and s.time > fins[0]]

    def is_over(self):
        """The other end has had its ACK."""
        return bool(self.last_acks())


def agree(one, other):
    return abs(one - other) <= machine.widen(TOLERANCE_MS) * 1e6


def compare_restarts(c, watcher, role):
    """At the end that waits: None, or what is wrong."""
    fins = c.fins()
    restarts = watcher.wait(*c.ends, count=len(fins) - 1, event="time_wait", phase="restarted")
    strays = watcher.wait(*c.ends, count=len(fins) - 1, event="stray")
    if len(restarts) != len(fins) - 1:
        return f"{len(restarts)} restarts for {len(fins) - 1} repeated FINs"
    if [s["kind"] for s in strays] != ["fin_retransmit"] * len(restarts):
        return f"strays: {strays}"
    for number, (event, before, at_wire) in enumerate(zip(restarts, fins, fins[1:]), 1):
        if event["restarts"] != number or event["end"] != role:
            return f"restart {number}: {event}"
        if not agree(lab.time_of(event["ts"]), at_wire):
            return f"restart {number} is {(lab.time_of(event['ts']) - at_wire) / 1e6} ms from the FIN"
        if not agree(event["elapsed_ms"] * 1e6, at_wire - before):
            return f"restart {number}: {event['elapsed_ms']} ms had elapsed, not {(at_wire - before) / 1e6}"
    return None


def compare_start(c, watcher, role):
    """At the other end a FIN that went out may have been lost as well as its ACK:
    the wait begins with the ACK that comes through. None, or what is wrong."""
    started = watcher.wait(*c.ends, event="time_wait")
    if [(e["phase"], e["end"]) for e in started] != [("started", role)]:
        return f"not one start: {started}"
    if not agree(lab.time_of(started[0]["ts"]), c.last_acks()[0].time):
        return f"start is {(lab.time_of(started[0]['ts']) - c.last_acks()[0].time) / 1e6} ms from the ACK"
    return None


def compare_table(flow, role, restarts, kernel):
    """None, or what is wrong. kernel: the time at which its timer will fire."""
    wait = flow["time_wait"]
    if not wait or wait["end"] != role or wait["restarts"] != restarts:
        return f"in the table: {wait}, not {restarts} restarts"
    ours = lab.time_of(flow["ts"]) + wait["remaining_ms"] * 1e6
    if not agree(lab.time_of(wait["since"]), kernel - TWO_MSL_NS) or not agree(ours, kernel):
        return (f"{(lab.time_of(wait['since']) + TWO_MSL_NS - kernel) / 1e6} ms, and by what remains "
                f"{(ours - kernel) / 1e6} ms, from the kernel's timer: {wait}")
    differences.append((ours - kernel) / 1e6)
    return None


def compare(c, at, flow, kernel):
    role = "initiator" if c.closer == "client" else "responder"
    if at == c.closer:
        why = compare_restarts(c, watchers[at], role)
        restarts = len(c.fins()) - 1
    else:
        why = compare_start(c, watchers[at], role)
        restarts = 0
    return why or compare_table(flow, role, restarts, kernel)


differences = []


def main():
    listeners = {(version, drops): lab.listen(netns["server"], version, FIRST_PORT + drops)
                 for version in (4, 6) for drops in DROPS}
    connections = [Connection(version, closer, drops, listeners[version, drops])
                   for version in (4, 6) for closer in netns for drops in DROPS]
    lab.until(lambda: all(c.is_over() for c in connections))
    machine.sleep(0.2)  # a FIN that comes once more would come now
    for end in netns:
        waiting, tables = sock_diag.timers(netns[end]), {at: watchers[at].table() for at in netns}
        for c in connections:
            if c.closer != end:
                continue
            if c.socket not in waiting or not c.is_over():
                lab.check(c.name, False, f"the kernel's sockets: {list(waiting)}; ACKs: {c.last_acks()}")
                continue
            if len(c.fins()) < c.drops + 1 or len(c.last_acks()) != 1:
                lab.check(c.name, False, f"the lab: {len(c.fins())} FINs, {len(c.last_acks())} ACKs came through")
                continue
            for at in netns:
                why = compare(c, at, tables[at].get(frozenset(c.ends), {"time_wait": None}),
                              waiting[c.socket].expires_at)
                lab.check(f"{c.name}, watched at the {at}", why is None, why)
    lab.say(f"the end of the wait: ours less the kernel's: {lab.spread(differences)}")
    machine.say()
    lab.check("no event was lost", not any(w.lost() for w in watchers.values()))
    lab.done()


main()
