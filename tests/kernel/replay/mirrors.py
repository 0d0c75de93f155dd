# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Captures that have each packet twice at one place (rule 38): which paths double is learnt; a lone copy was sent again."""
import json
import random
import struct

import captures
from captures import RST, SECOND, Connection, packets, pcap

t = None  # tests/kernel/replay/test.py
MS, US = SECOND // 1000, SECOND // 1_000_000


def numbered(some, first=1):
    """Each with an identification of its own, if IPv4 has one."""
    out = []
    for number, (when, ip) in enumerate(some, first):
        if captures.version(ip) == 4:
            ip = ip[:4] + struct.pack("!H", number) + ip[6:10] + b"\0\0" + ip[12:]
            ip = ip[:10] + struct.pack("!H", captures.checksum(ip[:20])) + ip[12:]
        out.append((when, ip))
    return out


def twice(some, after=20 * US, which=lambda ip: True):
    return sorted(some + [(when + after, ip) for when, ip in some if which(ip)], key=lambda p: p[0])


def chat(version=4, host=1, time=captures.START, rounds=3, gap=10 * MS):
    ends = (f"10.0.0.{host}:40000", "10.0.1.1:80") if version == 4 else (f"[fd00::{host}]:40000", "[fd00::1:1]:80")
    c = Connection(*ends, time, gap).open()
    for _ in range(rounds):
        c.talk()
    return c.close()


def records(some, *options):
    return t.flows(t.events(pcap(packets(some)), *options))


def told(record, *keys):
    """Of both ends."""
    return [sum(record[end][key] for end in ("initiator", "responder")) for key in keys]


def as_if_once(once, after=20 * US):
    """Twice or once, it is the same, but for what says so."""
    (right, ours) = ([json.loads(line) for line in t.run(pcap(packets(some)), "--drain").stdout.splitlines()]
                     for some in (once, twice(once, after)))
    t.equal([t.flows(all_of)[0]["observed_twice"] for all_of in (right, ours)], [0, len(once)], "copies")
    for a, b in zip(ours, right):
        for e in (a, b):
            e.pop("observed_twice", None)
            e.pop("flow")
        t.equal(a, b, "event")
    t.equal(len(ours), len(right), "events")
    return right


def whole():
    """Each packet comes twice, within the time for which packets are held to put them in order: as if each came once."""
    for version in (4, 6):
        for number in (numbered, list):
            as_if_once(number(chat(version).packets))


def before_it_is_learnt():
    """Nothing is held: what came before the path was learnt counts as sent again, and what comes later does not."""
    once = numbered(chat().packets)
    record, = records(twice(once), "--reorder", "0")
    sent_again = len(once) - record["observed_twice"]
    t.expect(0 < sent_again <= 6, f"{sent_again} copies counted as sent again")
    t.equal(told(record, "packets"), [len(once) + sent_again], "packets")
    t.equal(told(record, "retransmits", "fins"), [4, 2], "SYNs, request, answer; FINs")


def lone():
    """One copy, or those of one direction, or those that take their time: they were sent again."""
    once = numbered(chat().packets)
    requests = {ip for _, ip in once if ip[-1:] == b"q"}
    answers = {ip for _, ip in once if ip[-1:] == b"a"}
    every_other = {ip for _, ip in once[3:5] + once[9:11]}
    for what, some, right in (
            ("one request", twice(once, which=lambda ip: ip == min(requests)), 1),
            ("all requests", twice(once, which=lambda ip: ip in requests), 3),
            ("all but the ACKs, late", twice(once, 3 * MS, lambda ip: ip in requests | answers), 6),
            ("the data of every other round", twice(once, which=lambda ip: ip in every_other), 4)):
        record, = records(some)
        t.equal(record["observed_twice"], 0, f"copies: {what}")
        t.equal(told(record, "retransmits"), [right], f"retransmissions: {what}")


def sent_again():
    """On a path that doubles, what is sent again is; and it, too, comes twice."""
    c = chat(rounds=2)
    some = c.packets[:9]
    when, request = some[6]
    some = numbered(some) + numbered([(some[-1][0] + 300 * MS, request)], 100)
    record, = records(twice(some))
    t.equal(told(record, "retransmits", "packets"), [1, len(some)], "retransmissions, packets")
    t.equal(record["observed_twice"], len(some), "copies")
    # Under IPv6 nothing numbers it: the third of a kind was sent again.
    some = chat(6, rounds=2).packets[:9]
    some.append((some[-1][0] + 100 * US, some[-2][1]))
    record, = records(twice(some))
    t.equal((record["observed_twice"], told(record, "packets")), (len(some), [len(some)]), "the third of a kind")


def other_hosts():
    """A path is two hosts: what others send again is no copy, though the mirror doubles elsewhere."""
    mirrored, other = numbered(chat(rounds=6).packets), numbered(chat(host=2, rounds=6).packets)
    request = [ip for _, ip in other if ip[-1:] == b"q"][-1]
    some = sorted(twice(mirrored) + twice(other, which=lambda ip: ip == request), key=lambda p: p[0])
    of = {record["initiator"]["addr"]: record for record in records(some)}
    t.equal((of["10.0.0.1"]["observed_twice"], told(of["10.0.0.1"], "retransmits")), (len(mirrored), [0]), "mirrored")
    t.equal((of["10.0.0.2"]["observed_twice"], told(of["10.0.0.2"], "retransmits")), (0, [1]), "the other")


def learnt_once():
    """The path stays learnt between connections, also such as are too short to learn it from; and is forgotten."""
    first = numbered(chat().packets)
    short = numbered(Connection("10.0.0.1:40001", "10.0.1.1:80", first[-1][0] + 60 * SECOND).open().close().packets, 50)
    record = records(twice(first + short))[1]
    t.equal((record["observed_twice"], told(record, "fins")), (len(short), [2]), "a short one")
    later = Connection("10.0.0.1:40002", "10.0.1.1:80", first[-1][0] + 60 * SECOND).open()
    for _ in range(4):
        later.talk()
    later = numbered(later.packets, 80)
    request = [ip for _, ip in later if ip[-1:] == b"q"][-1]
    record = records(sorted(twice(first) + twice(later, which=lambda ip: ip == request), key=lambda p: p[0]))[1]
    t.equal((record["observed_twice"], told(record, "retransmits")), (0, [1]), "no more mirrored")


def strays():
    """What is not taken is told once."""
    c = chat()
    c.packets.append((c.time + SECOND, captures.tcp(c.ends[1], c.ends[0], RST, 4000)))
    t.equal(sum(e["event"] == "stray" for e in as_if_once(numbered(c.packets))), 1, "strays")


def many():
    """A mirror that drops some and delays others, and 200 connections of 20 hosts at once."""
    dice = random.Random(1)
    some = []
    for number in range(200):
        c = Connection(f"10.0.0.{number % 20}:{10000 + number}", "10.0.1.1:80",
                       captures.START + number * 3 * MS, 7 * MS).open()
        for _ in range(5):
            c.talk()
        some += c.close().packets
    some = numbered(sorted(some, key=lambda p: p[0]))
    copies = [(when + dice.choice((5, 50, 500)) * US, ip) for when, ip in some if dice.random() < 0.98]
    all_of = records(sorted(some + copies, key=lambda p: p[0]))
    t.equal(len(all_of), 200, "connections")
    seen, again = sum(r["observed_twice"] for r in all_of), sum(told(r, "retransmits")[0] for r in all_of)
    t.expect(seen >= 0.97 * len(copies), f"{seen} of {len(copies)} copies")
    t.expect(again <= 0.01 * len(copies), f"{again} retransmissions")
    said = t.summary(pcap(packets(sorted(some + copies, key=lambda p: p[0]))))["copies"]
    t.equal(said["observed_twice"], seen, "copies in the summary")
    t.expect(1 <= said["paths_learnt"] <= 20, f"{said['paths_learnt']} paths of 20 hosts")
    said = t.summary(pcap(packets(some)))["copies"]
    t.equal(said, {"observed_twice": 0, "paths_learnt": 0}, "of what is there once")


PARTS = {
    "a mirror of both directions": whole,
    "before it is learnt": before_it_is_learnt,
    "a lone copy": lone,
    "sent again, and mirrored": sent_again,
    "a mirror of some hosts": other_hosts,
    "learnt for the next connection": learnt_once,
    "mirrored strays": strays,
    "a lossy mirror": many,
}


def parts(test):
    global t
    t = test
    return PARTS
