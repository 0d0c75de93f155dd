#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
What replay makes of captures. test.py [--update] [PART...]: with --update, the
golden files are written anew, to be read before they are committed.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from calendar import timegm

import captures
import inputs
import mirrors
from captures import (ACK, FIN, LINKS, PSH, RST, SECOND, START, SYN, Connection, Packet, ethernet, ordinary,
                      packets, pcap, pcapng)

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build"))
TOOL = os.path.join(BUILD, "xdp-tcpstate")
RULES = os.path.join(ROOT, "tests", "pure", "scenarios", "rules")
PATIENCE = 60

passed = failed = skipped = 0
update = False
folder = None


class Failed(Exception):
    pass


def expect(condition, why):
    if not condition:
        raise Failed(why)


def equal(ours, right, what):
    expect(ours == right, f"{what}: {ours!r} instead of {right!r}")


# ---- running it ----------------------------------------------------------------

def write(content, name="capture"):
    path = os.path.join(folder, name)
    with open(path, "wb") as f:
        f.write(content)
    return path


def run(content, *options, status=0, path=None):
    """stdout of `replay --json`; content may be a capture's bytes."""
    path = path or write(content)
    result = subprocess.run([TOOL, "replay", "--json", *options, path], capture_output=True, text=True,
                            timeout=PATIENCE)
    expect(result.returncode == status, f"exit status {result.returncode}, not {status}: {result.stderr.strip()}")
    return result


def events(content, *options, **keywords):
    return [json.loads(line) for line in run(content, *options, **keywords).stdout.splitlines()]


def message(result):
    return json.loads(result.stderr.splitlines()[-1])["error"]


def states(some):
    return [(e["initiator"]["state"], e["responder"]["state"]) for e in some if e["event"] == "state"]


def flows(some):
    return [e for e in some if e["event"] == "flow"]


def moment(e):
    whole, _, fraction = e["ts"].rstrip("Z").partition(".")
    return timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) * SECOND + int(fraction)


def summary(content, *options):
    return events(content, "--summary", *options)[-1]


# ---- golden files ----------------------------------------------------------------

def reset():
    """Refused; reset by the initiator; reset by the responder; never answered."""
    some = [Connection("10.0.0.1:1025", "10.0.0.2:81").send(0, SYN).send(1, RST | ACK),
            Connection("10.0.0.1:1026", "10.0.0.2:80", START + SECOND).open().talk().send(0, RST | ACK),
            Connection("10.0.0.1:1027", "10.0.0.2:80", START + 2 * SECOND).open().send(1, RST | ACK),
            Connection("10.0.0.1:1028", "10.0.0.2:80", START + 3 * SECOND).send(0, SYN)]
    return sum((c.packets for c in some), [])


def halves():
    """A half-close of a minute; a simultaneous close; a close that stays half; one picked up in its middle."""
    half = Connection("10.0.0.1:1030", "10.0.0.2:80").open().send(0, FIN | ACK).send(1, ACK)
    half.send(1, PSH | ACK, b"x" * 500, 60 * SECOND).send(0, ACK).send(1, FIN | ACK).send(0, ACK)
    both = Connection("10.0.0.1:1031", "10.0.0.2:80").open()
    first, second = both.next
    both.send(0, FIN | ACK)
    both.packets.append((both.time + 1, captures.tcp("10.0.0.2:80", "10.0.0.1:1031", FIN | ACK, second, first)))
    both.next[1] += 1
    both.send(0, ACK).send(1, ACK)
    stays = Connection("10.0.0.1:1032", "10.0.0.2:80").open().send(1, FIN | ACK).send(0, ACK)
    middle = Connection("10.0.0.1:1033", "10.0.0.2:80").talk().talk()
    return sorted(half.packets + both.packets + stays.packets + middle.packets)


GOLDEN = {
    "ordinary": ordinary,
    "reset": reset,
    "halves": halves,
}


def golden(name, *options):
    def test():
        ours = run(pcap(packets(GOLDEN[name]())), *options).stdout
        path = os.path.join(HERE, "golden", f"{name}{''.join(options)}.json")
        if update:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as f:
                f.write(ours)
        with open(path) as f:
            right = f.read()
        for number, (a, b) in enumerate(zip(ours.splitlines(), right.splitlines()), 1):
            differ = differences(json.loads(a), json.loads(b))
            expect(not differ, f"line {number} of {os.path.relpath(path, ROOT)}: {'; '.join(differ)}")
        expect(ours == right, "the lines are the same, but their order, number or form is not")
    return test


def differences(ours, right, name=""):
    """Key by key."""
    if isinstance(ours, dict) and isinstance(right, dict):
        return [d for key in {**right, **ours}
                for d in differences(ours.get(key), right.get(key), f"{name}.{key}" if name else key)]
    return [] if ours == right else [f"{name} is {json.dumps(ours)}, not {json.dumps(right)}"]


# ---- the same, whatever it is wrapped in --------------------------------------------

def reference(*options):
    return run(pcap(packets(ordinary())), *options).stdout


def wrapped(name):
    def test():
        link, wrap = LINKS[name]
        some = packets(ordinary(), wrap, link)
        equal(run(pcap(some, link=link)).stdout, reference(), "as a pcap")
        equal(run(pcapng(some, resolution=9)).stdout, reference(), "as a pcapng")
    return test


def sll_with_tag():
    link = 113
    some = packets(ordinary(), captures.sll_vlan, link)
    tagged = packets(ordinary(), lambda ip: ethernet(ip, (7,)))
    equal(run(pcap(some, link=link)).stdout, run(pcap(tagged)).stdout, "a tag in cooked capture")


def mixed_links():
    """Every packet of the capture came over another kind of link."""
    kinds = list(LINKS.values())
    some = [Packet(t, kinds[i % len(kinds)][1](ip), link=kinds[i % len(kinds)][0])
            for i, (t, ip) in enumerate(ordinary())]
    equal(run(pcapng(some, resolution=9)).stdout, reference(), "interfaces of all link types")


def formats():
    some = packets(ordinary())  # on whole microseconds
    right = reference()
    for order in "<>":
        for ns in (True, False):
            equal(run(pcap(some, order, ns)).stdout, right, f"pcap {order} {'ns' if ns else 'us'}")
        for resolution, offset in ((None, None), (6, None), (9, None), (10, None), (12, START // SECOND), (9, 1_600_000_000), (7, -3600)):
            equal(run(pcapng(some, order, resolution, offset)).stdout, right,
                  f"pcapng {order} resolution {resolution} offset {offset}")
    header = captures.section("<") + captures.interface("<")
    equal(run(header + b"".join(captures.obsolete("<", p) for p in some)).stdout, right, "obsolete packet blocks")


def power_of_two():
    """A clock of 2^-20 s: each time is the last tick before the packet's."""
    some = packets(ordinary())
    got = [moment(e) for e in events(pcapng(some, resolution=0x80 | 20), "--events", "state")]
    right = [(p.time << 20) // SECOND * SECOND >> 20 for p in some]
    expect(set(got) <= set(right), f"times {sorted(set(got) - set(right))[:3]} are none of the capture's")


def sections():
    """Two sections, of either byte order, each with interfaces of its own, and other blocks between them."""
    some = packets(ordinary())
    noise = captures.block("<", 0x0bad0bad, b"?" * 300_000) + captures.block("<", 5, bytes(20))
    first = captures.section("<") + captures.interface("<", 147) + captures.interface("<") + noise
    first += b"".join(captures.enhanced("<", p, 1) for p in some[:7])
    equal(run(first + pcapng(some[7:], ">", 9)).stdout, reference(), "two sections")


def simple_packets():
    """They have no times: all is one instant, and the order is the file's."""
    some = packets(ordinary())
    content = captures.section("<") + captures.interface("<") + b"".join(captures.simple("<", p) for p in some)
    got = events(content, "--events", "state")
    equal(states(got), states(events(pcap(some), "--events", "state")), "states")
    equal({e["ts"] for e in got}, {"1970-01-01T00:00:00.000000000Z"}, "times")


def snapshots():
    """What the snapshot cuts off is no loss: lengths are the IP header's."""
    some = packets(ordinary())
    for length in (54 + 20, 60 + 14):
        cut = [Packet(p.time, p.data[:max(length, 54)], p.length) for p in some]
        equal(run(pcap(cut, snaplen=length)).stdout, reference(), f"snapshots of {length} bytes")
    short = [Packet(p.time, p.data[:30], p.length) for p in some] + [Packet(some[-1].time, b"abc", 60)]
    equal(summary(pcap(short))["passed_over"]["truncated"], len(short), "frames that end in a header")


def super_packets():
    """A TSO packet whose IP header has no length, longer than the parser is given of any other."""
    c = Connection("10.0.0.1:1040", "10.0.0.2:80").open().send(0, PSH | ACK, b"x" * 40_000)
    c.next[1] += 0
    c.send(1, ACK).close()
    some = packets(c.packets)
    for captured in (None, 100):
        for tags in ((), (5,)):
            big = [Packet(t, ethernet(ip, tags)) for t, ip in c.packets]
            at = 14 + 4 * len(tags) + 2
            data = big[3].data[:at] + b"\0\0" + big[3].data[at + 2:]
            big[3] = Packet(big[3].time, data[:captured], len(data))
            record = flows(events(pcap(big), "--no-checksum", "--drain"))[0]
            equal(record["initiator"]["bytes"], 40_000, f"bytes of a super packet, {captured} captured")
            equal(record["conn_state"], "SF", "conn_state")
    equal(flows(events(pcap(some), "--drain"))[0]["initiator"]["bytes"], 40_000, "bytes with a length")


def big_tcp():
    """Super packets of 512 KiB, longer than a program can be given, of which the file kept the head."""
    size = 512 * 1024
    for client, server, length_at in (("10.0.0.1:1040", "10.0.0.2:80", 16), ("[fd00::1]:1040", "[fd00::2]:80", 18)):
        c = Connection(client, server).open().send(0, PSH | ACK, b"x" * 200)
        c.next[0] += size - 200
        c.send(1, ACK).close()
        some = packets(c.packets)
        head = some[3].data[:length_at] + b"\0\0" + some[3].data[length_at + 2:]
        some[3] = Packet(some[3].time, head, len(head) + size - 200)
        record = flows(events(pcap(some), "--drain"))[0]
        equal(record["initiator"]["bytes"], size, f"bytes of a super packet of {client}")


def not_taken():
    """What no receiver takes is told by its reason, and opens nothing."""
    syn = packets(ordinary())[0]

    def changed(at, value, sum_at=24):
        data = bytearray(syn.data)
        data[sum_at:sum_at + 2] = b"\0\0"
        data[at:at + len(value)] = value
        return Packet(syn.time, bytes(data))

    def without_ttl():
        """With a right sum: with none, it would be taken for a capture that was rewritten."""
        data = bytearray(syn.data)
        data[22], data[24:26] = 0, b"\0\0"
        total = sum(data[i] << 8 | data[i + 1] for i in range(14, 34, 2))
        data[24:26] = (0xffff - (total % 0xffff)).to_bytes(2, "big")
        return Packet(syn.time, bytes(data))

    some = [changed(16, (len(syn.data) - 13).to_bytes(2, "big")), changed(24, b"\x12\x34"), without_ttl(),
            changed(34, b"\0\0"), changed(30, b"\xe0\0\0\x01"), changed(26, b"\xff" * 4)]
    got = summary(pcap(some))
    equal({reason: n for reason, n in got["passed_over"].items() if n},
          {"bad_length": 1, "bad_ip_checksum": 1, "ttl_zero": 1, "port_zero": 1, "bad_address": 2}, "reasons")
    equal(events(pcap(some)), [], "events of frames that nobody takes")


# ---- time -----------------------------------------------------------------------------

def out_of_order():
    some = packets(ordinary())
    some[3].time -= 5 * SECOND
    some[9].time = 0
    got = events(pcap(some), "--drain")
    times = [moment(e) for e in got]
    equal(times, sorted(times), "times of the events")
    equal(states(got), states(events(pcap(packets(ordinary())), "--drain")), "states")
    equal(summary(pcap(some))["capture"]["out_of_order"], 2, "packets out of order")


def own_deadlines():
    """A year without a packet: everything ends in time's order, at its own deadline."""
    year = 366 * 86400 * SECOND
    syn = Connection("10.0.0.1:1050", "10.0.0.2:80").send(0, SYN)
    half_open = Connection("10.0.0.1:1051", "10.0.0.2:80").send(0, SYN).send(1, SYN | ACK)
    opened = Connection("10.0.0.1:1052", "10.0.0.2:80").open()
    closed = Connection("10.0.0.1:1053", "10.0.0.2:80").open().close()
    last = Connection("10.0.0.1:1054", "10.0.0.2:80", START + year).send(0, SYN)
    ends = {1050: syn.time + 120 * SECOND, 1051: half_open.time + 60 * SECOND,
            1052: opened.time + 86400 * SECOND, 1053: closed.time + 60 * SECOND}
    some = sorted(syn.packets + half_open.packets + opened.packets + closed.packets) + last.packets
    began = time.monotonic()
    got = events(pcap(packets(some)))
    expect(time.monotonic() - began < 20, "it took its time over a year in which nothing happens")
    times = [moment(e) for e in got]
    equal(times, sorted(times), "times of the events")
    equal({f["initiator"]["port"]: moment(f) for f in flows(got) if f["ended"]}, ends, "ends")
    equal([f["initiator"]["port"] for f in flows(got) if not f["ended"]], [1054], "alive")


def no_later_than_its_deadline():
    """What comes after a flow's time does not find it, even if it would have ended it."""
    for idle, how in ((86400 * SECOND - 1, "rst"), (86400 * SECOND + 1, "timeout")):
        c = Connection("10.0.0.1:1060", "10.0.0.2:80").open().send(0, RST | ACK, after=idle)
        got = flows(events(pcap(packets(c.packets)), "--drain"))
        equal([f["close"]["how"] for f in got], [how], f"end after {idle} ns")
    # On the fast path, and within the same second.
    c = Connection("10.0.0.1:1061", "10.0.0.2:80").open().talk()
    c.send(0, PSH | ACK, b"late", after=1_500_000_000)
    got = events(pcap(packets(c.packets)), "--timeout", "established=1.2", "--drain")
    equal([f["close"]["how"] for f in flows(got)][:1], ["timeout"], "an idle flow in order")
    equal(moment(flows(got)[0]), c.time - 300_000_000, "its end")


def reopened():
    """Heard again before its deadline, a flow lives on from there."""
    c = Connection("10.0.0.1:1062", "10.0.0.2:80").open()
    for _ in range(5):
        c.talk().send(0, ACK, after=80_000 * SECOND)
    got = flows(events(pcap(packets(c.packets)), "--drain"))
    equal([(moment(f), f["conn_state"]) for f in got], [(c.time + 86400 * SECOND, "S1")], "its end")


def drained():
    some = packets(ordinary())
    alive = flows(events(pcap(some)))
    ended = flows(events(pcap(some), "--drain"))
    equal([f["ended"] for f in alive], [False, False], "ended without --drain")
    equal([f["ended"] for f in ended], [True, True], "ended with --drain")
    equal([f["flow"] for f in ended], [f["flow"] for f in alive], "flows")
    equal(moment(ended[-1]), some[-1].time + 60 * SECOND, "end of the last TIME_WAIT")
    equal(moment(flows(events(pcap(some), "--drain", "--msl", "5"))[-1]), some[-1].time + 10 * SECOND,
          "the same with --msl 5")


def absurd_times():
    some = packets(ordinary())
    for when in (0, 2**32 - 1):
        content = pcap(some[:-1]) + b"".join(
            captures.struct.pack("<IIII", when, 2**32 - 1, len(p.data), p.length) + p.data for p in some[-1:])
        events(content, "--drain")
    far = captures.section("<") + captures.interface("<", resolution=0) + captures.block(
        "<", 6, captures.struct.pack("<IIIII", 0, 2**32 - 1, 2**32 - 1, len(some[0].data), some[0].length) + some[0].data)
    for f in flows(events(far, "--drain")):
        expect(f["ts"] > "2262", f"the end of time is {f['ts']}")


# ---- what is printed --------------------------------------------------------------------

def choices():
    some = pcap(packets(ordinary() + reset()))
    everything = events(some)
    kinds = {"state", "time_wait", "flow"}
    equal({e["event"] for e in everything}, kinds, "events by default")
    for kind in kinds:
        equal(events(some, "--events", kind), [e for e in everything if e["event"] == kind], f"--events {kind}")
    equal(events(some, "--flows"), flows(everything), "--flows")
    equal(events(some, "--count", "5"), everything[:5], "--count 5")
    only = events(some, "--flows", "--track", "port 443")
    equal([f["responder"]["port"] for f in only], [443], "--track")
    path = write(some)
    chosen = [json.loads(l) for l in subprocess.run([TOOL, "replay", "--json", path, "dst", "port", "443"],
                                                    capture_output=True, text=True, check=True).stdout.splitlines()]
    equal(chosen, [e for e in everything if e["responder"]["port"] == 443], "FILTER")
    short = events(some, "--duration", "0.05", "--events", "state")
    expect(short and all(moment(e) <= START + SECOND // 100 + SECOND // 20 for e in short), "--duration 0.05")


def zones():
    some = [Packet(t, ethernet(ip, tags)) for t, ip in ordinary() for tags in ((), (5,), (5, 6))]
    equal(summary(pcap(some))["connections"], 6, "connections by VLAN")
    equal(summary(pcap(some), "--zone", "none")["connections"], 2, "connections with --zone none")


def wrong_checksums():
    some = packets(ordinary())
    some[5].data = some[5].data[:-1] + b"!"
    equal(summary(pcap(some))["passed_over"]["bad_checksum"], 1, "segments with a wrong checksum")
    equal(summary(pcap(some), "--no-checksum")["passed_over"]["bad_checksum"], 0, "the same with --no-checksum")


def summaries():
    some = pcap(packets(sorted(ordinary() + reset() + halves())))
    s, records = summary(some), flows(events(some))
    equal(s["connections"], len(records), "connections")
    for state, count in s["conn_state"].items():
        equal(count, sum(f["conn_state"] == state for f in records), state)
    for who, ways in s["closed"].items():
        for how, count in ways.items():
            equal(count, sum(f["close"]["by"] == who and f["close"]["how"] == how for f in records), f"{who} {how}")
    waits = [e for e in events(some, "--events", "time_wait")]
    equal(sum(s["time_wait"]["started"].values()), len({e["flow"] for e in waits}), "connections that wait")
    equal(s["time_wait"]["started"]["both"], 1, "of them both ends")
    equal(s["time_wait"]["expired"], sum(e.get("outcome") == "expired" for e in waits), "of them expired")
    times = sorted(f["handshake"]["syn_to_synack_us"] for f in records if f["handshake"]["syn_to_synack_us"])
    equal(s["handshake"]["syn_to_synack_us"]["count"], len(times), "handshakes")
    expect(abs(s["handshake"]["syn_to_synack_us"]["median"] / times[(len(times) - 1) // 2] - 1) < 0.001, "median")
    text = subprocess.run([TOOL, "replay", "--summary", write(some)], capture_output=True, text=True, check=True)
    for word in ("CAPTURE", "CONNECTIONS", "CLOSED BY", "STATES LEFT", "HANDSHAKES", "TIME_WAIT"):
        expect(word in text.stdout, f"no {word} in the text")


def long_packets():
    """A block longer than any packet on a wire: what is at its head counts, and so does what comes behind."""
    some = packets(ordinary())
    some[3] = Packet(some[3].time, some[3].data + bytes(300_000), len(some[3].data))
    for content in (pcap(some, snaplen=262144 * 2), pcapng(some, resolution=9)):
        result = subprocess.run([TOOL, "replay", "--json", write(content)], capture_output=True, text=True)
        if content[:1] == b"\x0a":
            equal((result.returncode, result.stdout), (0, reference()), "a pcapng with a long block")
        else: # libpcap takes at most 262144 bytes
            expect(result.returncode == 1 and "packet 3" in result.stderr, "a pcap with a long packet")


def as_text():
    """The text for people, to the letter."""
    for name, options in (("halves", ("--drain",)), ("halves", ("--summary",))):
        path = os.path.join(HERE, "golden", f"{name}{''.join(options)}.txt")
        ours = subprocess.run([TOOL, "replay", *options, write(pcap(packets(GOLDEN[name]())))], capture_output=True,
                              text=True, check=True, env={**os.environ, "TZ": "UTC"}).stdout
        if update:
            with open(path, "w") as f:
                f.write(ours)
        with open(path) as f:
            for number, (a, b) in enumerate(zip(ours.splitlines(), f.read().splitlines()), 1):
                equal(a, b, f"line {number} of {path}")


def progress():
    """On a terminal, over a large capture, and gone in the end."""
    some = generated(200_000)
    expect(os.path.getsize(some) > 50 << 20, "the capture is too small for this test")
    leader, terminal = os.openpty()
    with subprocess.Popen([TOOL, "replay", "--summary", some], stdout=subprocess.PIPE, stderr=terminal) as tool:
        os.close(terminal)
        shown = b""
        try:
            while part := os.read(leader, 65536):
                shown += part
        except OSError: # the other end is closed
            pass
        equal((tool.stdout.read(7), tool.wait(PATIENCE)), (b"CAPTURE", 0), "output and exit status")
    os.close(leader)
    expect(b"packets" in shown and b"%" in shown, f"no progress: {shown[:200]!r}")
    expect(shown.endswith(b"\r\x1b[K"), "it stays on the terminal")
    equal(subprocess.run([TOOL, "replay", "--summary", some], capture_output=True, check=True).stderr, b"",
          "without a terminal")


def deterministic():
    some = generated(20_000)
    for options in ((), ("--drain",), ("--summary",)):
        one, other = (run(None, *options, path=some).stdout for _ in range(2))
        expect(one == other, f"{' '.join(options)}: two runs differ")
        expect(len(one) > 500, "hardly any output")


def in_order():
    """Many connections at a time, in a table that is far too small for some of them."""
    some = generated(100_000)
    for options in ((), ("--max-flows", "200")):
        got = events(None, "--drain", *options, path=some)
        times = [moment(e) for e in got]
        expect(times == sorted(times), f"{options}: events are not in the order of their times")
        expect(all(e["event"] != "lost" for e in got), f"{options}: events were lost")
        records = flows(got)
        equal(len({f["flow"] for f in records}), len(records), "records with an id of their own")
        expect(all(f["ended"] for f in records), "a flow survives --drain")
        packet_sum = sum(f[end]["packets"] for f in records for end in ("initiator", "responder"))
        expect(packet_sum == 100_000 or options, f"{packet_sum} of 100000 packets belong to a record")
    small = events(None, "--drain", "--ring", "4", path=some)
    equal(len(small), len(events(None, "--drain", path=some)), "events through a ring of one page")


def generated(count):
    path = os.path.join(folder, f"generated-{count}")
    if not os.path.exists(path):
        with open(path, "wb") as f:
            subprocess.run([os.path.join(BUILD, "tests", "generate"), str(count)], stdout=f, check=True)
    return path


# ---- pipes, signals ------------------------------------------------------------------------

def piped(content, *options):
    return subprocess.Popen([TOOL, "replay", "--json", *options, "-"], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def streamed(whole, step):
    """Each event is there before the next packet is."""
    some = packets(ordinary())
    right = events(whole(some), "--events", "state")
    with piped(None, "--events", "state") as tool:
        try:
            done = 0
            for count in range(1, len(some) + 1):
                content = whole(some[:count])
                tool.stdin.write(content[done:])
                tool.stdin.flush()
                done = len(content)
                due = [e for e in right if moment(e) == some[count - 1].time]
                for e in due:
                    signal.alarm(PATIENCE)
                    equal(json.loads(tool.stdout.readline()), e, f"event of packet {count}")
            tool.stdin.close()
            equal(tool.wait(PATIENCE), 0, "exit status")
        finally:
            signal.alarm(0)
            tool.kill()


def interrupted():
    """Ctrl-C on a pipe that stays open: what came is told to its end."""
    some = pcap(packets(ordinary()))
    with piped(None, "--flows") as tool:
        try:
            tool.stdin.write(some)
            tool.stdin.flush()
            while not os.path.exists(f"/proc/{tool.pid}/wchan"):
                time.sleep(0.01)
            wait_until_reading(tool.pid)
            tool.send_signal(signal.SIGINT)
            out = tool.stdout.read()
            equal(tool.wait(PATIENCE), 0, "exit status")
        finally:
            tool.kill()
    equal([json.loads(l)["conn_state"] for l in out.splitlines()], ["SF", "SF"], "records")


def wait_until_reading(pid):
    """Until it waits for its input: poll(2) is system call 7 on x86-64."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with open(f"/proc/{pid}/syscall") as f:
            if f.read().split()[0] == "7":
                return
        time.sleep(0.02)
    raise Failed("it does not wait for its input")


def reader_leaves():
    some = generated(20_000)
    with subprocess.Popen([TOOL, "replay", "--json", some], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as tool:
        tool.stdout.readline()
        tool.stdout.close()
        equal((tool.wait(PATIENCE), tool.stderr.read()), (0, b""), "exit status and messages")


# ---- what is wrong with it -------------------------------------------------------------------

def errors():
    some = pcap(packets(ordinary()))
    for content, word in ((b"", "empty"), (b"\xd4\xc3", "no capture"), (b"GIF89a" * 10, "no capture"),
                          (some[:20], "ends in its header"), (captures.section("<")[:20], "cut off"),
                          (b"\x1f\x8b" + some, "gzip")):
        expect(word in message(run(content, status=1)), f"{word}: not said")
    expect("No such file" in message(run(None, path="/nonexistent/capture", status=1)), "no such file")
    expect("directory" in message(run(None, path=folder, status=1)), "directory")
    for options, path in (((), ""), (("--zone", "ifindex"), "x"), (("--summary", "--count", "3"), "x"),
                          (("--flows", "--events", "state"), "x"), (("--nonsense",), "x")):
        result = subprocess.run([TOOL, "replay", "--json", *options] + ([path] if path else []), capture_output=True,
                                text=True)
        equal(result.returncode, 2, f"exit status of replay {' '.join(options)} {path}")


def cut_off():
    """All that came before is told, and where it ends."""
    some = packets(ordinary())
    for whole in (pcap, pcapng):
        right = run(whole(some[:9])).stdout
        result = run(whole(some[:10])[:-5], status=1)
        equal(result.stdout, right, "results up to there")
        expect("packet 10" in message(result), f"not said where: {message(result)}")


def damaged():
    some = packets(ordinary())
    good = pcap(some[:9])
    result = run(good + captures.struct.pack("<IIII", 0, 0, 2**31, 2**31) + bytes(100), status=1)
    expect("packet 9" in message(result), message(result))
    good = pcapng(some[:9], resolution=9)
    for bad in (captures.struct.pack("<II", 6, 8), captures.struct.pack("<II", 6, 33) + bytes(40),
                captures.struct.pack("<II", 5, 16) + bytes(4) + captures.struct.pack("<I", 20),
                captures.enhanced("<", some[9], 17), captures.block("<", 6, bytes(8)),
                captures.block("<", 6, captures.struct.pack("<IIIII", 0, 0, 0, 5000, 5000)),
                captures.struct.pack("<II", 0x0a0d0d0a, 28) + bytes(20)):
        result = run(good + bad + bytes(64), status=1)
        equal(result.stdout, run(good).stdout, "results up to there")
        expect("damaged behind packet 9" in message(result), message(result))


def unknown_links():
    some = packets(ordinary())
    expect("IEEE802_11" in message(run(pcap(some, link=105), status=1)), "the name of a link type that is not known")
    mixed = some[:9] + [Packet(p.time, p.data, link=105) for p in some[9:]]
    result = run(pcapng(mixed, resolution=9))
    equal(result.stdout.count('"state"') > 5, True, "events of those that are known")
    expect("IEEE802_11" in result.stderr, "no notice of the others")
    equal(summary(pcapng(mixed))["passed_over"]["link_type"], len(some) - 9, "packets of an unknown link type")


# ---- scenarios -----------------------------------------------------------------------------------

def scenarios():
    """Every scenario can be written out as a capture, and replayed: all of them in one call."""
    runner = os.path.join(BUILD, "tests", "run-scenarios")
    if not os.path.exists(runner):
        return "there is no run-scenarios: make test-scenarios builds it"
    names = [name for name in sorted(os.listdir(RULES)) if name.endswith(".txt")]
    expect(names, f"no scenarios in {RULES}")
    paths = [os.path.join(folder, f"{name}.pcap") for name in names]
    for name, path in zip(names, paths):
        subprocess.run([runner, "--pcap", path, os.path.join(RULES, name)], check=True)
    got = {path: [] for path in paths}
    for e in events(None, *paths[1:], path=paths[0]):
        got[e["file"]].append(moment(e))
    for name, path in zip(names, paths):
        expect(got[path] == sorted(got[path]), f"{name}: events are not in order")
    return None


PARTS = {
    **{f"golden {name}": golden(name) for name in GOLDEN},
    **{f"golden {name} drained": golden(name, "--drain") for name in GOLDEN},
    **{f"link {name}": wrapped(name) for name in LINKS},
    "link linux-sll with a VLAN tag": sll_with_tag,
    "links of all kinds in one pcapng": mixed_links,
    "formats": formats,
    "a clock of powers of two": power_of_two,
    "pcapng of two sections": sections,
    "pcapng without times": simple_packets,
    "snapshots": snapshots,
    "super packets of 512 KiB": big_tcp,
    "frames that no receiver takes": not_taken,
    "packets without a length": super_packets,
    "timestamps out of order": out_of_order,
    "each at its own deadline": own_deadlines,
    "nothing lives on beyond its deadline": no_later_than_its_deadline,
    "deadlines move on": reopened,
    "drained": drained,
    "absurd times": absurd_times,
    "choices": choices,
    "zones": zones,
    "checksums": wrong_checksums,
    "summary": summaries,
    "long packets": long_packets,
    "text": as_text,
    "progress": progress,
    "the same bytes every time": deterministic,
    "in the order of time": in_order,
    "streamed pcap": lambda: streamed(pcap, 1),
    "streamed pcapng": lambda: streamed(lambda some: pcapng(some, resolution=9), 1),
    "Ctrl-C": interrupted,
    "the reader leaves": reader_leaves,
    "errors": errors,
    "cut off": cut_off,
    "damaged": damaged,
    "unknown link types": unknown_links,
    "scenarios": scenarios,
    **inputs.parts(sys.modules[__name__]),
    **mirrors.parts(sys.modules[__name__]),
}


def too_late(number, frame):
    raise Failed("it did not come in time")


def main():
    global passed, failed, skipped, update, folder
    wanted = [a for a in sys.argv[1:] if not a.startswith("--")]
    update = "--update" in sys.argv
    signal.signal(signal.SIGALRM, too_late)
    if os.geteuid():
        print("skip replay: it takes root")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    with tempfile.TemporaryDirectory(prefix="tcpstate-replay.") as folder:
        for name, test in PARTS.items():
            if wanted and name not in wanted:
                continue
            try:
                reason = test()
            except (Failed, OSError, ValueError, KeyError, IndexError, subprocess.SubprocessError) as why:
                print(f"not ok replay: {name}: {type(why).__name__ + ': ' if not isinstance(why, Failed) else ''}{why}")
                failed += 1
            else:
                print(f"skip replay: {name}: {reason}" if reason else f"ok replay: {name}")
                skipped += bool(reason)
                passed += not reason
            sys.stdout.flush()
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
