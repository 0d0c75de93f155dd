# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Several captures in one call; packets out of order; wrong checksums; large numbers. Parts of test.py, which is t."""
import json
import os
import random
import struct
import subprocess
import time

import captures
from captures import (ACK, FIN, PSH, RST, SECOND, SYN, Connection, Packet, ethernet, ordinary, packets, pcap, pcapng,
                      tcp)

t = None


def same(ours, right, what):
    """As equal(), of many lines: only the first that differs is shown."""
    for number, (a, b) in enumerate(zip(ours.splitlines(), right.splitlines()), 1):
        t.expect(a == b, f"{what}: line {number} is {a}, not {b}")
    t.equal(ours.count("\n"), right.count("\n"), f"{what}: lines")


def lines_of(output, name):
    """Those of one file of several, as they would be if it were the only one."""
    end = f',"file":{json.dumps(name)}}}'
    return "".join(line[:-len(end)] + "}\n" for line in output.splitlines() if line.endswith(end))


def together(contents, *options):
    """What comes of each, in one call."""
    names = [t.write(content, f"together-{i}") for i, content in enumerate(contents)]
    output = t.run(None, *options, *names[1:], path=names[0]).stdout
    return [lines_of(output, name) for name in names]


def through_pipe(content, *options):
    with t.piped(None, "--drain", *options) as tool:
        out, _ = tool.communicate(content)
    return out.decode()


# ---- several captures ----------------------------------------------------------------

def several():
    """Each as if it were alone: nothing of the one before is left, and time may go back."""
    many = t.generated(20_000)
    later = [Packet(p.time + 5000 * SECOND, p.data) for p in packets(ordinary())]
    files = [t.write(pcap(later), "later"), many, t.write(pcapng(packets(ordinary()), resolution=9), "earlier"),
             t.write(pcap(packets(t.halves())), "halves")]
    for options in ((), ("--drain",), ("--summary",), ("--flows", "--max-flows", "200")):
        alone = {name: t.run(None, *options, path=name).stdout for name in files}
        result = t.run(None, *options, *files, path=many)
        for name in files:
            right = alone[name] * (2 if name == many else 1)
            t.expect(lines_of(result.stdout, name) == right, f"{options}: events of {os.path.basename(name)} differ")
            t.expect(right, f"{options}: {os.path.basename(name)} has no events")
        total = [line for line in result.stdout.splitlines() if '"file":' not in line]
        t.equal(len(total), int("--summary" in options), f"{options}: lines of no file")


def totals():
    some = [t.write(pcap(packets(s)), f"total-{i}") for i, s in enumerate((ordinary(), t.reset(), t.halves()))]
    *each, total = [json.loads(line) for line in t.run(None, "--summary", *some[1:], path=some[0]).stdout.splitlines()]

    def add(a, b):
        return {k: add(a[k], b[k]) for k in a} if isinstance(a, dict) else a + b if isinstance(a, int) else None

    right = each[0]
    for one in each[1:]:
        for key in ("states_left",): # has only what there is
            for role in ("initiator", "responder"):
                for state in set(one[key][role]) | set(right[key][role]):
                    right[key][role].setdefault(state, 0)
                    one[key][role].setdefault(state, 0)
        right = add(right, one)
    for key in ("connections", "conn_state", "closed", "states_left", "segments", "bytes", "passed_over"):
        t.equal(total[key], right[key], key)
    t.equal((total["captures"], total["capture"]["packets"]), (3, right["capture"]["packets"]), "captures and packets")
    t.equal((total["capture"]["start"], total["capture"]["end"]),
            (min(e["capture"]["start"] for e in each), max(e["capture"]["end"] for e in each)), "from and to")
    t.equal(total["handshake"]["syn_to_synack_us"]["count"], right["handshake"]["syn_to_synack_us"]["count"], "handshakes")


def some_cannot_be_read():
    good, other = t.write(pcap(packets(ordinary())), "good"), t.write(pcap(packets(t.reset())), "other")
    cut = t.write(pcap(packets(ordinary()))[:-5], "cut")
    bad = [t.write(b"GIF89a" * 10, "picture"), "/nonexistent/capture", t.folder,
           t.write(pcap(packets(ordinary()), link=105), "wireless"), cut]
    result = t.run(None, good, *bad, path=other, status=1)
    for name in (good, other):
        same(lines_of(result.stdout, name), t.run(None, path=name).stdout, f"events of {os.path.basename(name)}")
    same(lines_of(result.stdout, cut), t.run(None, path=cut, status=1).stdout, "events of the one that is cut off")
    said = [json.loads(line)["error"] for line in result.stderr.splitlines()]
    t.equal(len(said), len(bad), f"messages {said}")
    for name, text in zip(bad, said):
        t.expect(name in text, f"{name} is not in \"{text}\"")
    t.expect("*.pcap" in said[2], f"not said what to do with a folder: {said[2]}")


def words():
    """Which words are files, and which a FILTER."""
    tool = os.path.abspath(t.TOOL)
    one, port = t.write(pcap(packets(ordinary())), "one"), t.write(pcap(packets(t.reset())), "port")
    for options, count in (((one, "port", "443"), 1), ((one, "./port"), 2), (("port", "./one"), 2), (("port", "port", "80"), 1),
                           ((one, port, "not port 80"), 2), (("--checksum", "one", "port", "80"), 1),
                           (("--checksum", "off", "one", port), 2), (("--checksum=auto", one, "(", "port", "80", ")"), 1)):
        result = subprocess.run([tool, "replay", "--json", *options], capture_output=True, text=True, cwd=t.folder)
        t.equal((result.returncode, result.stderr), (0, ""), f"status and messages of {options}")
        files = {json.loads(line).get("file") for line in result.stdout.splitlines()}
        t.equal(len(files), count, f"files of {options}")
    for options, word in (((one, "prot", "80"), "port"), (("-", "-"), "only one standard input"), ((one, "port", "x"), "filter"),
                          (("--checksum=maybe", one), "auto, on, off"), (("--reorder", "-1", one), "0 to 60000")):
        result = subprocess.run([tool, "replay", *options], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                                cwd=t.folder)
        t.equal(result.returncode, 2, f"exit status of {options}")
        t.expect(word in result.stderr, f"{options}: {result.stderr}")


def between_files():
    """--count is of all, --track stays; a pipe may be one of several; text has headings."""
    one, other = t.write(pcap(packets(ordinary())), "one"), t.write(pcap(packets(t.reset())), "other")
    tracked = t.run(None, "--flows", "--track", "port 443,81", other, one, path=other).stdout
    t.equal([json.loads(line)["responder"]["port"] for line in tracked.splitlines()], [81, 443, 81], "ports with --track")
    whole = t.run(None, one, path=other).stdout
    count = lines_of(whole, one).count("\n") + 2
    same(t.run(None, "--count", str(count), one, path=other).stdout, "".join(whole.splitlines(True)[:count]), "--count")
    with open(other, "rb") as f:
        result = subprocess.run([t.TOOL, "replay", "--flows", one, "-", one], stdin=f, capture_output=True, text=True,
                                check=True, env={**os.environ, "TZ": "UTC"})
    headings = [line for line in result.stdout.splitlines() if line.startswith("==> ")]
    t.equal(headings, [f"==> {one} <==", "==> standard input <==", f"==> {one} <=="], "headings")
    parts = result.stdout.split("==> ")
    same(parts[1].strip(), parts[3].strip(), "the same capture twice")
    text = subprocess.run([t.TOOL, "replay", "--summary", one, other], capture_output=True, text=True, check=True).stdout
    t.equal(text.count("CAPTURE\n"), 3, "summaries")
    t.expect("==> all 2 captures <==" in text, "no heading of all captures")


def one_load():
    """What takes a second, is done once."""
    some = [t.write(pcap(packets(ordinary())), f"small-{i}") for i in range(20)]
    began = time.monotonic()
    t.run(None, path=some[0])
    once = time.monotonic() - began
    began = time.monotonic()
    t.run(None, *some[1:], path=some[0])
    many = time.monotonic() - began
    t.expect(many < 10 * once, f"20 captures take {many:.2f} s, one {once:.2f} s")


# ---- order -------------------------------------------------------------------------------

def shuffled(some, reach, seed=1):
    """Each packet up to reach ns later than its place."""
    draw = random.Random(seed)
    return [p for _, _, p in sorted((p.time + draw.randrange(reach), i, p) for i, p in enumerate(some))]


def flows_apart():
    """Eight conversations of one second, 1 ms apart."""
    some = sum((Connection(f"10.0.0.1:{2000 + i}", "10.0.0.2:80", captures.START + i * 10**6).open().talk().talk().close()
                .packets for i in range(8)), [])
    return packets(sorted(some))


def put_in_order():
    some = flows_apart()
    right = t.run(pcap(some), "--drain").stdout
    for reach, options in ((90_000_000, ()), (SECOND * 3 // 10, ("--reorder", "300"))):
        mixed = [shuffled(some, reach, seed) for seed in range(5)]
        got = together([pcap(one) for one in mixed], "--drain", *options)
        for seed, (ours, one) in enumerate(zip(got, mixed)):
            t.expect([p.time for p in one] != [p.time for p in some], "nothing is out of order")
            same(ours, right, f"shuffled within {reach} ns, {seed}")
    mixed = shuffled(some, 90_000_000)
    s = t.summary(pcap(mixed))["capture"]
    late = sum(p.time < max(q.time for q in mixed[:i]) for i, p in enumerate(mixed) if i)
    t.equal((s["out_of_order"], s["put_in_order"]), (late, late), "packets out of order, and put in order")
    s = t.summary(pcap(mixed), "--reorder", "0")["capture"]
    t.equal((s["out_of_order"], s["put_in_order"]), (late, 0), "the same with --reorder 0")
    t.expect(t.run(pcap(mixed), "--drain", "--reorder", "0").stdout != right, "--reorder 0 puts them in order, too")
    same(through_pipe(pcap(mixed)), right, "through a pipe")


def edges_of_the_window():
    """To the nanosecond; and what comes later is taken where it comes."""
    some = packets(Connection("10.0.0.1:2000", "10.0.0.2:80").open().talk().packets)
    some.append(Packet(some[-1].time + SECOND, some[-1].data))
    for late, put in ((100_000_000, 1), (100_000_001, 0)):
        some[-1].time = some[2].time + late # the ACK of the SYN-ACK comes behind it
        mixed = some[:2] + some[-1:] + some[2:3]
        s = t.summary(pcap(mixed))["capture"]
        t.equal((s["out_of_order"], s["put_in_order"]), (1, put), f"an ACK {late} ns late")


def equal_times():
    """They stay in the order of the file, also among such as are put in order."""
    c = Connection("10.0.0.1:2000", "10.0.0.2:80", gap=0).open().talk().close()
    other = Connection("10.0.0.1:2001", "10.0.0.2:80", c.time - 50_000_000, gap=0).open().talk().close()
    right = t.run(pcap(packets(other.packets + c.packets)), "--drain").stdout
    t.equal(len(t.flows([json.loads(line) for line in right.splitlines()])), 2, "connections")
    same(t.run(pcap(packets(c.packets + other.packets)), "--drain").stdout, right, "one behind the other, 50 ms late")


def far_ahead():
    """A clock that jumps ahead, for one packet or for good: what is further apart than the window is no disorder to mend."""
    some, jumps = flows_apart(), []
    for number in (3, 20):
        for stays in (False, True):
            jumps.append(pcap([Packet(p.time + 3600 * SECOND * (i == number or (stays and i > number)), p.data)
                               for i, p in enumerate(some)]))
    for number, (ours, right) in enumerate(zip(together(jumps), together(jumps, "--reorder", "0"))):
        same(ours, right, f"jump {number}")


# ---- checksums ------------------------------------------------------------------------------

def spoilt(ip, value=None):
    at = (20 if captures.version(ip) == 4 else 40) + 16
    check = struct.unpack_from("!H", ip, at)[0]
    return ip[:at] + struct.pack("!H", check ^ 0x5555 if value is None else value) + ip[at + 2:]


def sender_of(ip):
    return ip[12:16] if captures.version(ip) == 4 else ip[8:24]


CLIENT = bytes([10, 0, 0, 1])


def states_of(output):
    return t.states([json.loads(line) for line in output.splitlines()])


def verdicts(s):
    return {one["addr"]: one["assumed"] for one in s["checksums"]["senders"]}


def offloads():
    """The sender's NIC computes them: nothing is lost, whoever it is, and the summary says so."""
    some = sorted(ordinary() + t.reset() + t.halves())
    whose = {"the initiator": lambda ip: sender_of(ip)[-1:] == b"\1", "the responder": lambda ip: sender_of(ip)[-1:] == b"\2",
             "both": lambda ip: True}
    cases = [(f"{name}, {value}", value, is_spoilt) for name, is_spoilt in whose.items() for value in (None, 0)]
    wrong = [pcap(packets([(when, spoilt(ip, value) if is_spoilt(ip) else ip) for when, ip in some]))
             for _, value, is_spoilt in cases]
    counts = [sum(is_spoilt(ip) for _, ip in some) for _, _, is_spoilt in cases]
    right = t.run(pcap(packets(some)), "--drain").stdout
    for options in ((), ("--no-checksum",), ("--checksum=off",)):
        for (name, _, _), ours in zip(cases, together(wrong, "--drain", *options)):
            same(ours, right, f"{name} {options}")
    for (name, value, _), count, ours in zip(cases, counts, together(wrong, "--summary")):
        sums = json.loads(ours)["checksums"]
        t.equal((sums["taken"], sums["left_out"]), (count, 0), f"{name}: segments")
        t.equal({one["assumed"] for one in sums["senders"]}, {"offload"}, f"{name}: assumed")
        t.equal(sum(one["zero"] for one in sums["senders"]), count if value == 0 else 0, f"{name}: of 0")
    for option in ("--checksum", "--checksum=on"):
        for (name, _, _), count, ours in zip(cases, counts, together(wrong, "--summary", option)):
            t.equal(json.loads(ours)["passed_over"]["bad_checksum"], count, f"{name}: {option}")
    for (name, _, _), content in zip(cases, wrong):
        same(through_pipe(content), right, f"{name}: through a pipe")


def corruption():
    """Sent again with a right one, or never acknowledged: the receiver has dropped it."""
    c = Connection("10.0.0.1:2000", "10.0.0.2:80").open().talk()
    for ip in (tcp("10.0.0.1:2000", "10.0.0.2:80", PSH | ACK, c.next[0], c.next[1], b"x" * 50),
               tcp("10.0.0.1:2000", "10.0.0.2:80", FIN | ACK, c.next[0] + 50, c.next[1]),
               tcp("10.0.0.2:80", "10.0.0.1:2000", RST | ACK, c.next[1], c.next[0])):
        c.packets.append((c.time + 1, spoilt(ip)))
    c.send(0, PSH | ACK, b"x" * 50).send(1, ACK).talk().close()
    content = pcap(packets(c.packets))
    right = t.run(content, "--drain", "--checksum=on").stdout
    t.equal(states_of(right)[-1], ("CLOSED", "CLOSED"), "the last states")
    same(t.run(content, "--drain").stdout, right, "what comes of it")
    s = t.summary(content)
    t.equal((s["checksums"]["taken"], s["checksums"]["left_out"], s["passed_over"]["bad_checksum"]), (0, 3, 3), "segments")
    t.equal(verdicts(s), {"10.0.0.1": "corruption", "10.0.0.2": "corruption"}, "assumed")
    same(through_pipe(content), right, "through a pipe")
    text = subprocess.run([t.TOOL, "replay", "--summary", t.write(content)], capture_output=True, text=True, check=True).stdout
    t.expect("WRONG CHECKSUMS" in text and "corruption: sent again" in text, "not in the text")


def each_by_itself():
    """A host that offloads talks to one whose segments get spoilt on their way; its other interface shows its own sums right."""
    c = Connection("10.0.0.1:2000", "10.0.0.2:80").open().talk()
    c.packets.append((c.time + 1, spoilt(tcp("10.0.0.2:80", "10.0.0.1:2000", PSH | ACK, c.next[1], c.next[0], b"y" * 70))))
    c.send(1, PSH | ACK, b"y" * 70).send(0, ACK).close()
    some = [(when, spoilt(ip) if sender_of(ip) == CLIENT else ip) for when, ip in c.packets]
    s = t.summary(pcap(packets(some)))
    t.equal(verdicts(s), {"10.0.0.1": "offload", "10.0.0.2": "corruption"}, "assumed")
    t.equal(s["passed_over"]["bad_checksum"], 1, "left out")
    right = t.run(pcap(packets(c.packets)), "--drain", "--checksum=on").stdout
    same(t.run(pcap(packets(some)), "--drain").stdout, right, "what comes of it")
    # Seen at two interfaces of one capture: before the NIC, and behind it.
    header = captures.section("<") + captures.interface("<") + captures.interface("<")
    twice = header + b"".join(captures.enhanced("<", Packet(when + number * 1000, ethernet(two[number])), number)
                              for when, two in ((w, (spoilt(ip), ip)) for w, ip in ordinary()[:9]
                                                if sender_of(ip) == CLIENT or captures.version(ip) == 4)
                              for number in (0, 1))
    senders = t.summary(twice)["checksums"]["senders"]
    t.equal({one["interface"] for one in senders}, {0}, "interfaces of wrong sums")
    t.equal({one["assumed"] for one in senders}, {"offload"}, "assumed at the first interface")


def slow_answers():
    """A pipe can't be read twice: the answer may take longer than packets are held to put them in order."""
    some = []
    for when, ip in Connection("10.0.0.1:2000", "10.0.0.2:80", gap=SECOND // 3).open().talk().close().packets:
        some.append((when, spoilt(ip) if sender_of(ip) == CLIENT else ip))
    for options in ((), ("--reorder", "0")):
        with t.piped(None, "--flows", *options) as tool:
            out, _ = tool.communicate(pcap(packets(some)))
        record = json.loads(out)
        t.equal((record["conn_state"], record["handshake"]["syn_to_synack_us"]), ("SF", 333333), f"the record, {options}")


def from_the_middle_of_a_file():
    """The standard input is a file, of which another program has read the beginning."""
    some = [(when, spoilt(ip) if sender_of(ip) == CLIENT else ip) for when, ip in ordinary()]
    path = t.write(b"a preface" + pcap(packets(some)), "preface")
    with open(path, "rb", buffering=0) as f:
        f.read(9)
        out = subprocess.run([t.TOOL, "replay", "--json", "-"], stdin=f, capture_output=True, text=True, check=True).stdout
    same(out, t.reference(), "events")


# ---- large numbers -------------------------------------------------------------------------

def transfer(total, size):
    """total bytes one way, headers only, in segments of size, each with its ACK."""
    c = Connection("10.0.0.1:40000", "10.0.0.2:80", gap=10_000)
    ends = (bytes([10, 0, 0, 1]), 40000), (bytes([10, 0, 0, 2]), 80)
    some = []

    def frame(end, payload, flags=ACK, options=b""):
        (src, sport), (dst, dport) = ends[end], ends[1 - end]
        length = 40 + len(options) + payload
        ip = struct.pack("!BBHHHBBH", 0x45, 0, length if length < 65536 else 0, 0, 0, 64, 6, 0) + src + dst
        segment = struct.pack("!HHIIBBHHH", sport, dport, c.next[end] & 0xffffffff, c.next[1 - end] & 0xffffffff,
                              5 + len(options) // 4 << 4, flags, 65535, 0, 0)
        c.time += c.gap
        some.append(Packet(c.time, bytes(12) + b"\x08\0" + ip + segment + options, 14 + length))
        c.next[end] += payload + bool(flags & SYN) + bool(flags & FIN)

    for end, flags, options in ((0, SYN, b"\3\3\16\0"), (1, SYN | ACK, b"\3\3\16\0"), (0, ACK, b"")):
        frame(end, 0, flags, options)
    for at in range(0, total, size):
        frame(0, min(size, total - at))
        frame(1, 0)
    for end, flags in ((0, FIN | ACK), (1, FIN | ACK), (0, ACK)):
        frame(end, 0, flags)
    return some


def large_transfers():
    """9 GiB, in the largest IPv4 packets, and in those of BIG TCP, whose header has no length."""
    total = 9 << 30
    for size in (65495, 500_000):
        some = transfer(total, size)
        record, s = t.events(pcap(some), "--summary", "--events", "flow")
        t.equal(record["initiator"]["bytes"], total, f"bytes of the record, in segments of {size}")
        t.equal(s["bytes"], total, f"bytes of the summary, in segments of {size}")
        t.equal(s["capture"]["bytes"], sum(p.length for p in some), f"bytes on the wire, in segments of {size}")
        t.equal((record["conn_state"], s["segments"]), ("SF", len(some)), f"what came of it, in segments of {size}")


PARTS = {
    "several captures": several,
    "totals of several": totals,
    "some can't be read": some_cannot_be_read,
    "files and FILTER": words,
    "between files": between_files,
    "one load for all": one_load,
    "put in order": put_in_order,
    "edges of the window": edges_of_the_window,
    "equal times": equal_times,
    "a clock that is far ahead": far_ahead,
    "checksum offload": offloads,
    "corruption": corruption,
    "offload and corruption": each_by_itself,
    "slow answers": slow_answers,
    "a capture inside a file": from_the_middle_of_a_file,
    "9 GiB": large_transfers,
}


def parts(test):
    global t
    t = test
    return PARTS
