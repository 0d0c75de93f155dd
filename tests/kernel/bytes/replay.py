#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
replay.py [--write FILE NAME]: connections of more bytes than numbers of 32 bits tell apart, through `replay`.
With --write, only the capture of that name is written, to be looked at.
"""
import collections
import json
import os
import subprocess
import sys
import threading
import time

from conversation import INITIATOR, ROLES, WRAP, Conversation, Variant

BUILD = os.environ.get("BUILD", "build")
TOOL = os.path.join(BUILD, "xdp-tcpstate")
PATIENCE = 120

GIB = 1 << 30
NINE = 9 * GIB

# Where numbers wrap: behind the FIN's, so that its end is 0; with the SYN's, so that data begin at 0; in the midst of
# a segment; and, after 2 * 2^32 less the SYN and the FIN, the last number is the ISN again.
VARIANTS = (
    Variant("256 MiB, for comparison", (400, GIB // 4), (7, 77)),
    Variant("9 GiB one way", (400, NINE), (WRAP - 1, (WRAP - 2 - NINE) % WRAP)),
    Variant("9 GiB one way, timestamps", (400, NINE), (WRAP - 401, WRAP - 1), tsvals=(WRAP - 3000, WRAP // 2 - 5000),
            wscales=(7, 8)),
    Variant("9 GiB one way, the initiator's", (NINE, 0), (WRAP // 2 - 1, WRAP - 1), tsvals=(WRAP - 1, 1),
            wscales=(8, 9), closer=INITIATOR),
    Variant("8 GiB both ways", (2 * WRAP - 2, 2 * WRAP - 2), (WRAP - 1000, 5), closer=INITIATOR),
)

passed = failed = 0


def verdict(name, problem):
    global passed, failed
    if problem:
        failed += 1
        print(f"not ok {name}: {problem}", flush=True)
    else:
        passed += 1
        print(f"ok {name}", flush=True)


def equal(name, got, wanted):
    verdict(name, got != wanted and f"{got}, and it was {wanted}")


def replay(conversation):
    """What replay says of it: its flow records, and its strays by kind. And how many seconds both took."""
    began = time.monotonic()
    with subprocess.Popen([TOOL, "replay", "--json", "--events", "flow,stray", "-"], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as command:
        # A thread reads, or both would wait for each other: a tracker that errs has much to say.
        told = Reader(command.stdout)
        told.start()
        conversation.write(command.stdin)
        command.stdin.close()
        told.join(PATIENCE)
        if command.wait(PATIENCE):
            raise SystemExit(f"replay ended with status {command.returncode}")
    return told.records, told.strays, time.monotonic() - began


class Reader(threading.Thread):
    def __init__(self, lines):
        super().__init__()
        self.lines, self.records, self.strays = lines, [], collections.Counter()

    def run(self):
        for line in self.lines:
            event = json.loads(line)
            if event["event"] == "flow":
                self.records.append(event)
            elif event["event"] == "stray":
                self.strays[event["kind"]] += 1


def check(variant):
    name = variant.name
    conversation = Conversation(variant)
    records, strays, seconds = replay(conversation)
    equal(f"{name}: one flow", len(records), 1)
    if len(records) != 1:
        return
    record = records[0]
    closer = ROLES[variant.closer]
    equal(f"{name}: last states", [record[role]["state"] for role in ROLES],
          ["TIME_WAIT" if role == closer else "CLOSED" for role in ROLES])
    equal(f"{name}: who closed, and how", [record["close"]["by"], record["close"]["how"]], [closer, "fin"])
    equal(f"{name}: no stray", dict(strays), {})
    equal(f"{name}: none in its record", record["strays"], {})
    for end, role in enumerate(ROLES):
        got = record[role]
        for key, wanted in (("packets", conversation.packets[end]), ("bytes", conversation.bytes[end]),
                            ("bytes_acked", variant.sizes[end]), ("retransmits", conversation.retransmits[end]),
                            ("out_of_order", 0), ("wscale", variant.wscales[end])):
            equal(f"{name}: the {role}'s {key}", got.get(key), wanted)
    print(f"# {name}: {sum(conversation.packets)} frames, {sum(conversation.retransmits)} of them sent again, "
          f"{seconds:.1f} s", flush=True)


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--write":
        chosen = [variant for variant in VARIANTS if variant.name == arguments[2]]
        if not chosen:
            sys.exit("one of: " + "; ".join(variant.name for variant in VARIANTS))
        with open(arguments[1], "wb") as file:
            Conversation(chosen[0]).write(file)
        return 0
    if arguments:
        sys.exit(__doc__.strip())
    for variant in VARIANTS:
        check(variant)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
