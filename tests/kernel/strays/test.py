#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""test.py [--seed N] [--keep DIRECTORY] [--list]: labelled strays, innocent segments and TIME_WAITs through
xdp-tcpstate replay. --list: every difference, not only the first of each kind."""
import argparse
import collections
import json
import os
import subprocess
import sys
import tempfile

from wire import NS, timestamp

HERE = os.path.dirname(os.path.abspath(__file__))
COMMAND = os.path.join(os.environ.get("BUILD", "build"), "xdp-tcpstate")
LEAST_STRAYS, LEAST_INNOCENTS = 500, 2000


class Tally:
    """Results by name: how often right, and what was wrong."""

    def __init__(self, list_all):
        self.right = collections.Counter()
        self.wrong = collections.defaultdict(list)
        self.late_to_learn = []
        self.list_all = list_all

    def check(self, name, good, why):
        if good:
            self.right[name] += 1
        else:
            self.wrong[name].append(why)

    def report(self):
        names = sorted(set(self.right) | set(self.wrong))
        for name in names:
            wrong = self.wrong.get(name, [])
            if not wrong:
                print("ok %s (%d)" % (name, self.right[name]))
                continue
            print("not ok %s: %d of %d, such as %s" % (name, len(wrong), len(wrong) + self.right[name], wrong[0]))
            for why in wrong[1:] if self.list_all else ():
                print("    " + why)
        failed = sum(1 for name in names if name in self.wrong)
        print("%d passed, %d failed, 0 skipped" % (len(names) - failed, failed))
        return 1 if failed else 0


def replay(path, events, *more):
    done = subprocess.run([COMMAND, "replay", "--json", "--events", events, *more, path],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit("replay of %s failed: %s" % (path, done.stderr.strip()))
    return [json.loads(line) for line in done.stdout.splitlines()]


def load(path):
    with open(path) as lines:
        return [json.loads(line) for line in lines]


def tuple_of(ends):
    return tuple(sorted((address, port) for address, port in ends))


def ends_of(event):
    return tuple_of((event[role]["addr"], event[role]["port"]) for role in ("initiator", "responder"))


# ---- strays ----


def where(label):
    return "frame %d (connection %d, %s)" % (label["frame"], label["connection"], label["scene"])


def check_stray(tally, label, event):
    kind, at = label["stray"], where(label)
    tally.check("kind " + kind, event is not None and event["kind"] in (kind, label["instead"]),
                "%s: %s" % (at, event["kind"] if event else "no stray"))
    if event is None:
        return
    for key in ("in_window", "paws_rejects"):
        if label[key] is not None:
            tally.check("%s of %s" % (key, kind), event[key] == label[key],
                        "%s: %s, not %s" % (at, event[key], label[key]))
    for key in ("ttl", "usual_ttl"):
        tally.check("%s of strays" % key, event[key] == label[key], "%s: %s, not %s" % (at, event[key], label[key]))
    if label["age_ms"] is not None:
        tally.check("age of " + kind, abs(event["age_ms"] - label["age_ms"]) <= 10,
                    "%s: %s, not %.1f" % (at, event["age_ms"], label["age_ms"]))
    check_lifetime(tally, label, event["lifetime_ms"], at)


# A busy sender's clock is looked at every 4,096 ticks only, so its rate may be believed later than it could be.
MOST_LATE_TO_LEARN = 0.01  # of all lifetimes that can be known


def check_lifetime(tally, label, told, at):
    due, known = label["lifetime_ms"], label["lifetime_known"]
    said = "%s: %s, not %.1f (tick %g ms)" % (at, told, due, label["tick_ms"])
    if known is False:
        tally.check("no lifetime where none can be known", told is None, said)
    elif told is not None:
        near = abs(told - due) <= max(0.05 * due, 15, label["slack_ms"])
        tally.check("lifetime, tick %g ms" % label["tick_ms"], near, said)
    elif known:
        tally.late_to_learn.append(said)


def check_strays(tally, directory):
    labels = load(directory + "/strays.labels")
    strays, changes, records = collections.defaultdict(list), collections.Counter(), []
    by_time = {label["ts"]: label for label in labels}
    for event in replay(directory + "/strays.pcap", "stray,state,flow"):
        if event["event"] == "flow":
            records.append(event)
        elif event["event"] == "stray":
            strays[event["ts"]].append(event)
        elif event["event"] == "state" and event["sender"] is not None:
            changes[event["ts"]] += 1
    for ts, events in strays.items():
        tally.check("one event a stray, at its time", ts in by_time and len(events) == 1, ts)
    for label in labels:
        event = strays.get(label["ts"], [None])[0]
        if "stray" in label:
            check_stray(tally, label, event)
            tally.check("no stray changes a state", not changes[label["ts"]], where(label))
        elif not label.get("any"):
            tally.check("innocent " + label.get("innocent", "ordinary"), event is None,
                        "%s: %s" % (where(label), event and event["kind"]))
    known = sum(bool(label.get("lifetime_known")) for label in labels)
    tally.check("nearly all lifetimes that can be known", len(tally.late_to_learn) <= MOST_LATE_TO_LEARN * known,
                "%d of %d, such as %s" % (len(tally.late_to_learn), known, tally.late_to_learn[:1]))
    check_records(tally, labels, records)
    check_amount(tally, labels)


def check_records(tally, labels, records):
    """The records of a tuple's lives have counted its strays, by kind. (An unknown one has no record.)"""
    due, told = (collections.defaultdict(collections.Counter) for _ in range(2))
    unsure = set()
    for label in labels:
        ends = tuple_of(label["ends"])
        if label.get("any") or label.get("instead"):
            unsure.add(ends)
        elif "stray" in label and label["stray"] != "unknown":
            due[ends][label["stray"]] += 1
    for record in records:
        told[ends_of(record)].update(record["strays"])
    for ends in sorted(set(due) | set(told)):
        if ends not in unsure:
            tally.check("strays of a flow's record", due[ends] == told[ends],
                        "%s: %s, not %s" % (ends, dict(told[ends]), dict(due[ends])))


def check_amount(tally, labels):
    kinds = {label["stray"] for label in labels if "stray" in label}
    strays = sum("stray" in label for label in labels)
    innocents = sum("innocent" in label for label in labels)
    tally.check("at least %d strays, of all 16 kinds" % LEAST_STRAYS, strays >= LEAST_STRAYS and len(kinds) == 16,
                "%d of %d kinds" % (strays, len(kinds)))
    variants = {label["variant"] for label in labels if "stray" in label}
    ticks = {label["tick_ms"] for label in labels if label.get("lifetime_known")}
    tally.check("in all variants, with every tick", len(variants) == 8 and ticks == {1, 4, 10, 100, 1000},
                "%s %s" % (sorted(variants), sorted(ticks)))
    tally.check("at least %d innocents" % LEAST_INNOCENTS, innocents >= LEAST_INNOCENTS, str(innocents))


# ---- TIME_WAIT ----


def time_of(ts):
    """ns since the captures' beginning; the inverse of wire.timestamp()."""
    day, clock = ts[8:10], ts[11:].rstrip("Z")
    hours, minutes, seconds = clock.split(":")
    whole, fraction = seconds.split(".")
    return (((int(day) - 1) * 24 + int(hours)) * 60 + int(minutes)) * 60 * NS + int(whole) * NS + int(fraction)


def differs(due, event):
    """Why the event is not the one that is due; None if it is."""
    slack = 1000000  # "right to the ms"
    for key in ("phase", "end"):
        if event[key] != due[key]:
            return "%s is %s, not %s" % (key, event[key], due[key])
    for key in ("outcome", "reuse", "restarts"):
        if key in due and event.get(key) != due[key]:
            return "%s is %s, not %s" % (key, event.get(key), due[key])
    low, high = due["at"]
    if not low - slack <= time_of(event["ts"]) <= high + slack:
        return "at %s, not %s" % (event["ts"], timestamp(low))
    choice = 1 + (high - low) / 1000000 if due["phase"] == "ended" else 1
    for key in ("elapsed_ms", "remaining_ms"):
        if key in due and not (event.get(key) is not None and abs(event[key] - due[key]) <= choice):
            return "%s is %s, not %.1f" % (key, event.get(key), due[key])
    if event["two_msl_ms"] != 60000:
        return "two_msl_ms is %s" % event["two_msl_ms"]
    return None


def name_of(due):
    return "%s %s %s" % (due["phase"], due.get("outcome", ""), due.get("reuse", ""))


def check_waits(tally, directory):
    told = collections.defaultdict(list)
    for event in replay(directory + "/waits.pcap", "time_wait", "--drain"):
        told[ends_of(event)].append(event)
    expected = collections.defaultdict(list)
    for due in load(directory + "/waits.labels"):
        expected[tuple_of(due["ends"])].append(due)
    for ends, dues in expected.items():
        events = sorted(told.pop(ends, []), key=lambda e: e["ts"])
        scene = "%s, connection %d" % (dues[0]["scene"], dues[0]["connection"])
        tally.check("time_wait of %s: all that is due" % dues[0]["scene"], len(events) == len(dues),
                    "%s: %d events, not %d: %s" % (scene, len(events), len(dues),
                                                    [(e["phase"], e.get("outcome")) for e in events]))
        for due, event in zip(dues, events):
            why = differs(due, event)
            tally.check("time_wait " + name_of(due).strip(), why is None, "%s: %s" % (scene, why))
    tally.check("time_wait where none is due", not told, str(list(told)[:3]))


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    tally = Tally(options.list)
    with tempfile.TemporaryDirectory(prefix="tcpstate-strays.") as scratch:
        directory = options.keep or scratch
        os.makedirs(directory, exist_ok=True)
        subprocess.run([sys.executable, HERE + "/generate.py", str(options.seed), directory], check=True)
        check_strays(tally, directory)
        check_waits(tally, directory)
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
