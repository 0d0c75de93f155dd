#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""wait_timers.py WATCHER: real connections that either end closes first. When each
TIME_WAIT began, and what is left of it: what watch and flows say, against the
timer of the kernel's own socket. Then all of them run out: says 'waiting' once
only that is left.

The kernel counts in jiffies (4 ms at CONFIG_HZ=250), so its timer tells the
start to about one of them. It fires later than its time says, by the
granularity of the timer wheel (an eighth or less); that is shown, not judged."""
import os
import sys
import time

import lab
import sock_diag
import stalls

EACH = 50
TWO_MSL_NS = 60 * 10**9
TOLERANCE_MS = 20

machine = stalls.Stalls()
client_ns = lab.Netns(os.environ["CLIENT_NS"])
server_ns = lab.Netns(os.environ["SERVER_NS"])
watcher = lab.Watcher(sys.argv[1])


class Waiting:
    """A connection one end of which is in TIME_WAIT."""

    def __init__(self, version, by_client, listener):
        client, server = lab.connect(client_ns, listener, version)
        self.client, self.server = lab.endpoints(client)
        self.netns = client_ns if by_client else server_ns
        self.role = "initiator" if by_client else "responder"
        self.name = f"{self.client[0]}:{self.client[1]}"
        self.socket = (self.client, self.server) if by_client else (self.server, self.client)
        lab.exchange(client, server)
        lab.close(*((client, server) if by_client else (server, client)))
        self.deadline = self.ours = None
        self.gone = 0


def off_by(ours, theirs):
    """In ms."""
    return (ours - theirs) / 1e6


def within(name, differences, count):
    """All of them are there, and none is above the tolerance."""
    lab.say(f"{name}: ours less the kernel's: {lab.spread(differences.values())}")
    worst = max(differences, key=lambda who: abs(differences[who]), default=None)
    tolerance = machine.widen(TOLERANCE_MS)
    if len(differences) != count:
        lab.check(name, False, f"{len(differences)} of {count} could be compared")
    else:
        lab.check(name, abs(differences[worst]) <= tolerance,
                  f"{worst}: {differences[worst]:+.3f} ms; more than {tolerance:.0f} ms apart: "
                  f"{sum(abs(d) > tolerance for d in differences.values())}")


def kernel_deadlines(connections):
    best = sock_diag.timers(client_ns) | sock_diag.timers(server_ns)
    for connection in connections:
        if connection.socket in best:
            connection.deadline = best[connection.socket].expires_at
    lab.say("the kernel's clock was read to within "
            f"{max((s.error for s in best.values()), default=0) / 1e6:.3f} ms, and counts in jiffies")


def table_deadlines():
    """{ends: (CLOCK_REALTIME ns at which the wait runs out, who waits)}"""
    return {ends: (lab.time_of(flow["ts"]) + flow["time_wait"]["remaining_ms"] * 1e6,
                   flow["time_wait"]["end"])
            for ends, flow in watcher.table().items() if flow["time_wait"]}


def compare_starts(connections):
    starts, wrong = {}, []
    last = connections[-1]
    watcher.wait(last.client, last.server, event="time_wait", phase="started")
    for c in connections:
        said = watcher.of(c.client, c.server, event="time_wait", phase="started")
        if len(said) != 1 or said[0]["end"] != c.role or said[0]["two_msl_ms"] != 60000:
            wrong.append(f"{c.name}: {said}")
            continue
        if c.deadline:
            starts[c.name] = off_by(lab.time_of(said[0]["ts"]), c.deadline - TWO_MSL_NS)
    lab.check("one start each, of the end that waits, with 2MSL 60 s", not wrong,
              f"{len(wrong)} wrong, {wrong[:1]}")
    for role in ("initiator", "responder"):
        within(f"start, the {role} waits",
               {c.name: starts[c.name] for c in connections if c.role == role and c.name in starts}, 2 * EACH)


def compare_remaining(connections):
    left = table_deadlines()
    for c in connections:
        c.ours, role = left.get(frozenset((c.client, c.server)), (None, None))
        if role != c.role:
            c.ours = None
    within("remaining time in the table", {c.name: off_by(c.ours, c.deadline) for c in connections
                                           if c.ours and c.deadline}, len(connections))


def await_expiry(connections):
    """The kernel's sockets, until the last one has gone."""
    limit = time.monotonic() + 75
    left = {c.socket: c for c in connections}
    while left and time.monotonic() < limit:
        time.sleep(0.05)
        present = sock_diag.waiting(client_ns) | sock_diag.waiting(server_ns)
        for key in [key for key in left if key not in present]:
            left.pop(key).gone = time.time_ns()
    lab.say(f"the kernel's sockets go after their time by: "
            f"{lab.spread([off_by(c.gone, c.deadline) for c in connections if c.gone and c.deadline])}")
    lab.check("the kernel's sockets have gone", not left, f"{len(left)} are still there")


def compare_ends(connections):
    ends, wrong = {}, []
    last = connections[-1]
    watcher.wait(last.client, last.server, event="time_wait", phase="ended")
    for c in connections:
        said = watcher.of(c.client, c.server, event="time_wait", phase="ended")
        if len(said) != 1 or said[0]["outcome"] != "expired" or abs(said[0]["elapsed_ms"] - 60000) > 1:
            wrong.append(f"{c.name}: {said}")
        elif c.deadline:
            ends[c.name] = off_by(lab.time_of(said[0]["ts"]), c.deadline)
    lab.check("each wait expired, after 60 s", not wrong, f"{len(wrong)} wrong, {wrong[:1]}")
    within("expiry", ends, len(connections))


def main():
    connections = []
    for version in (4, 6):
        listener = lab.listen(server_ns, version, 8000 + version)
        for by_client in (True, False):
            connections += [Waiting(version, by_client, listener) for _ in range(EACH)]
    machine.sleep(0.1)
    kernel_deadlines(connections)
    lab.check("the kernel has a socket in TIME_WAIT for each", all(c.deadline for c in connections),
              f"for {sum(bool(c.deadline) for c in connections)} of {len(connections)}")
    compare_starts(connections)
    compare_remaining(connections)
    total = watcher.report("timewait")[0]
    lab.check("timewait counts them all", (total["waiting"], total["started"], total["two_msl_ms"]) ==
              (len(connections), len(connections), 60000), total)
    print("waiting", flush=True)
    await_expiry(connections)
    compare_ends(connections)
    total = watcher.report("timewait")[0]
    lab.check("timewait counts how they ended",
              total["waiting"] == 0 and total["ended"]["expired"] == len(connections), total)
    machine.say()
    lab.check("no event was lost", not watcher.lost(), watcher.lost())
    lab.done()


main()
