#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""held_back.py WATCHER: at the server. Segments of the client that the path held
back for 0.2 to 5 s, while the client sent them again: of which kind they are
when they come, and how long, by their timestamps, they were under way."""
import collections
import os
import socket
import sys
import time

import lab
import relay
import stalls

machine = stalls.Stalls()
client_ns, server_ns = lab.Netns(os.environ["CLIENT_NS"]), lab.Netns(os.environ["SERVER_NS"])
watcher = lab.Watcher(sys.argv[1])
path = relay.Relay(lab.Netns(os.environ["RELAY_NS"]), "to-client", "to-server")
listeners = {version: lab.listen(server_ns, version, 8000 + version) for version in (4, 6)}
TOLERANCE_MS, TOLERANCE = 15, .05
differences = []
ports = iter(range(31001, 32000))


def is_data(segment):
    return segment.length > 0


def is_fin(segment):
    return segment.flags & lab.FIN


def is_syn(segment):
    return segment.flags & lab.SYN


def is_hasty(stray, source, held):
    """When the machine is busy, the client may send again what is under way. Once is what
    the test makes it do, with the segment that is held."""
    return stray["kind"] == "spurious_retransmit" and \
        path.times[source, stray["seq"]] > 1 + (stray["seq"] == held.segment.seq)


def is_near(told, truth):
    """What the path delays without being asked to, an observer behind it cannot tell from the clock's offset."""
    slow = min(path.slowest_ns / 1e6, stalls.MOST_MS)
    return abs(told - truth) <= max(machine.widen(TOLERANCE_MS) + slow, truth * TOLERANCE)


class Late:
    """A connection of which one segment is held. answers: the strays that it leads to."""

    def __init__(self, kind, version, seconds, name, answers=()):
        self.kind, self.version, self.seconds, self.answers = kind, version, seconds, answers
        self.name = f"{name}, IPv{version}, {seconds:g} s"
        self.source = (lab.CLIENT[version], next(ports))

    def connect(self):
        self.client, self.server = lab.connect(client_ns, listeners[self.version], self.version, self.source[1])
        self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.ends = lab.endpoints(self.client)

    def hold(self, chooses=is_data, kept=False):
        path.hold(self.source, chooses, self.seconds, kept)

    def lose_data(self):
        """What comes behind it makes the client send it again at once. Held at least until let_go()."""
        self.hold(kept=True)
        self.client.sendall(b"late")
        if not path.await_held(self.source):
            raise RuntimeError(f"{self.name}: the path did not see it")
        for _ in range(6):
            self.client.sendall(b"more")
            time.sleep(0.002)
        left = 28
        while left:
            left -= len(self.server.recv(left))

    def let_go(self):
        """A slow machine may take longer than the path was to hold it, for what must happen meanwhile."""
        path.let_go(self.source)

    def check(self):
        strays = watcher.wait(*self.ends, count=1 + len(self.answers), event="stray", patience=2)
        held = path.released.get(self.source)
        if not held:
            lab.check(self.name, False, "the lab held nothing back")
            return
        held = held[0]
        if path.resets.get(self.source, held.went) < held.went:
            lab.skip(self.name, "the machine stalled: the client's RST has ended what the segment was to come to")
            return
        strays = [s for s in strays if not is_hasty(s, self.source, held)]
        if [s["kind"] for s in strays] != [self.kind, *self.answers] or strays[0]["seq"] != held.segment.seq:
            lab.check(self.name, False, f"not {[self.kind, *self.answers]}: "
                      f"{[(s['kind'], s['sender'], s['flags'], s['lifetime_ms']) for s in strays]}")
            return
        truth, told = held.lifetime_ms, strays[0]["lifetime_ms"]
        if told is None:
            lab.check(self.name, False, f"no lifetime, though it took {truth:.1f} ms")
            return
        differences.append(told - truth)
        lab.check(self.name, is_near(told, truth), f"{told} ms, not {truth:.1f}")


def talk(connections):
    """A few words each, for 0.3 s or so long that stalls are small beside it: the rate
    of the clocks can be learnt to within 15 %."""
    began = time.monotonic()
    while time.monotonic() - began < max(0.3, machine.widen(0) / 1000 / .15):
        for late in connections:
            lab.exchange(late.client, late.server)
        time.sleep(0.05)


def check_report():
    total, *kinds = watcher.report("strays")
    expected = collections.Counter(event["kind"] for event in watcher.seen if event["event"] == "stray")
    counted = {row["kind"]: row["count"] for row in kinds if row["row"] == "kind" and row["count"]}
    lab.check("strays counts them by kind", counted == expected, f"{counted}, not {dict(expected)}")
    longest = max(held.lifetime_ms for released in path.released.values() for held in released)
    told = total["lifetime_ms"]["max"]
    lab.check("strays knows the longest lifetime", told and is_near(told, longest),
              f"{told} ms, not {longest:.0f}")


def main():
    live = [Late("old_duplicate", version, seconds, "data, the connection lives")
            for version in (4, 6) for seconds in (.2, .35, .5, .8, 1.2, 2, 3.5, 5)]
    waiting = [Late("late_data", version, seconds, "data, the server waits")
               for version in (4, 6) for seconds in (.3, 1, 2.5, 5)]
    again = [Late("old_incarnation", version, seconds, "data, the next life")
             for version in (4, 6) for seconds in (2, 3, 5)]
    closed = [Late("old_duplicate", version, seconds, "data, the client waits, the server answers RST", ["late_rst"])
              for version in (4, 6) for seconds in (.6, 2)]
    fins = [Late("fin_retransmit", version, seconds, "FIN, the server waits")
            for version in (4, 6) for seconds in (.6, 2, 4)]
    syns = [Late("late_syn", version, 3, "SYN, the connection lives") for version in (4, 6)]

    for late in live + waiting + closed + again + fins:
        late.connect()
    talk(live + waiting + closed + again + fins)
    for late in live:
        late.lose_data()
        late.let_go()
    for late in waiting + again:
        late.lose_data()
        lab.close(late.server, late.client)
        if late in waiting:
            late.let_go()
    for late in closed:
        late.lose_data()
        lab.close(late.client, late.server)
        late.let_go()
    for late in fins:
        late.server.close()
    machine.sleep(0.1)  # its FIN is acknowledged on its own (at most 40 ms later)
    for late in fins:
        late.hold(is_fin)
        late.client.close()
    for late in again:
        late.connect()
    talk(live + again)
    for late in again:
        late.let_go()
    for late in syns:
        late.hold(is_syn)
        late.connect()  # the second SYN, a second later
    talk(live + again + syns)
    everything = live + waiting + closed + again + fins + syns
    lab.until(lambda: len(path.released) == len(everything))
    machine.sleep(0.1)
    for late in everything:
        late.check()
    lab.say(f"lifetime_ms less how long the path held it: {lab.spread(differences)}")
    check_report()
    machine.say()
    lab.say(f"the slowest frame that was not held took the path {path.slowest_ns / 1e6:.1f} ms")
    lab.check("no event was lost", not watcher.lost())
    lab.done()


main()
