#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""soak.py: watches the daemon while connections come and go, and judges in the end.

A sample every few seconds: its memory (RSS), that of its maps in the kernel, open
files, the table's use, events emitted and lost. The event file is put aside and
counted at each of them, as logrotate would: rename, SIGHUP, read. When the load is
over, the table must drain, all gauges be zero, every event written or counted as
lost, and memory be where it was: the median of the last fifth of the samples is not
above that of the second.
"""
import argparse
import json
import os
import re
import signal
import statistics
import sys
import time

from series import scrape

SAMPLE_S = 5
DRAIN_S = 60
PATIENCE_S = 60
GROWTH = 1.02          # of the medians: noise
GROWTH_KB = 256
BRIEF_S = 120          # then what is allocated once, at the first survey for instance, counts
BRIEF_KB = 4096


class Daemon:
    def __init__(self, pid, metrics):
        self.pid = pid
        self.url = metrics

    def rss_kb(self):
        with open("/proc/%d/status" % self.pid) as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1))

    def cpu_s(self):
        with open("/proc/%d/stat" % self.pid) as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def descriptors(self):
        return len(os.listdir("/proc/%d/fd" % self.pid))

    def map_kb(self):
        """What the kernel charges for the maps that the daemon holds."""
        charged = {}
        folder = "/proc/%d/fdinfo" % self.pid
        for name in os.listdir(folder):
            try:
                with open(os.path.join(folder, name)) as info:
                    fields = dict(line.split(":", 1) for line in info if ":" in line)
            except FileNotFoundError:  # of a client that has gone
                continue
            if "map_id" in fields:
                charged[fields["map_id"]] = int(fields["memlock"])
        return sum(charged.values()) // 1024

    def metrics(self):
        """Sums by name; and each series by (name, label values in the order of their names)."""
        sums, each = {}, {}
        for name, labels, value in scrape(self.url):
            sums[name] = sums.get(name, 0) + value
            each[name, tuple(labels[label] for label in sorted(labels))] = value
        return sums, each


class EventFile:
    """Put aside again and again, counted and thrown away."""

    def __init__(self, path, daemon):
        self.path, self.daemon = path, daemon
        self.lines = self.told_lost = self.bytes = 0

    def turn(self):
        aside = self.path + ".1"
        os.rename(self.path, aside)
        os.kill(self.daemon.pid, signal.SIGHUP)
        deadline = time.monotonic() + PATIENCE_S
        while not os.path.exists(self.path):
            if time.monotonic() > deadline:
                raise TimeoutError("the daemon does not open %s anew on SIGHUP" % self.path)
            time.sleep(0.01)
        self.count(aside)
        os.unlink(aside)

    def count(self, path):
        tail = b""
        with open(path, "rb") as events:
            while block := events.read(1 << 22):
                self.bytes += len(block)
                block = tail + block
                end = block.rfind(b"\n") + 1
                tail = block[end:]
                self.lines += block.count(b"\n", 0, end)
                self.count_losses(block[:end])
        if tail:
            raise ValueError("%s ends within a line" % path)

    def count_losses(self, block):
        """Lines that tell of losses are no events themselves."""
        at = block.find(b'"event":"lost"')
        while at >= 0:
            start = block.rfind(b"\n", 0, at) + 1
            line = json.loads(block[start:block.find(b"\n", at)])
            self.lines -= 1
            self.told_lost += line["count"]
            at = block.find(b'"event":"lost"', at + 1)


class Judge:
    def __init__(self):
        self.failed = self.passed = 0

    def check(self, name, good, why):
        self.passed += bool(good)
        self.failed += not good
        print("ok " + name if good else "not ok %s: %s" % (name, why), flush=True)


def last_totals(path):
    with open(path) as lines:
        found = [line for line in lines if line.endswith("\n")]
    return json.loads(found[-1]) if found else None


def sample(daemon, events, began):
    sums, _ = daemon.metrics()
    events.turn()
    return {
        "seconds": round(time.monotonic() - began, 1),
        "cpu_s": daemon.cpu_s(),
        "rss_kb": daemon.rss_kb(),
        "map_kb": daemon.map_kb(),
        "descriptors": daemon.descriptors(),
        "table": int(sums["tcpstate_table_entries"]),
        "opened": int(sums["tcpstate_flows_opened_total"]),
        "events": int(sums["tcpstate_events_total"]),
        "lost": int(sums["tcpstate_events_lost_total"]),
        "refusals": int(sums["tcpstate_table_refusals_total"]),
        "written": events.lines,
    }


def watch(options, daemon, events, log):
    """Samples until the load generator holds only what it holds."""
    samples, began = [], time.monotonic()
    every = min(SAMPLE_S, options.seconds / 10)
    while True:
        time.sleep(max(0, began + (len(samples) + 1) * every - time.monotonic()))
        samples.append(sample(daemon, events, began))
        if log:
            print(json.dumps(samples[-1]), file=log, flush=True)
        if not os.path.exists("/proc/%d" % options.load):
            raise ChildProcessError("the load generator has ended")
        totals = last_totals(options.load_output)
        if totals and totals["phase"] == "holding":
            return samples
        if time.monotonic() - began > options.seconds + PATIENCE_S:
            raise TimeoutError("the load generator does not end")


def let_go(options):
    os.kill(options.load, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_S
    while (totals := last_totals(options.load_output))["phase"] != "done":
        if time.monotonic() > deadline:
            raise TimeoutError("the load generator does not let go")
        time.sleep(0.1)
    return totals


def drain(daemon):
    """How long the table took to be empty; None: it is not."""
    began = time.monotonic()
    while time.monotonic() < began + DRAIN_S:
        if not daemon.metrics()[0]["tcpstate_table_entries"]:
            return time.monotonic() - began
        time.sleep(0.5)
    return None


def await_survey(daemon):
    """Until the daemon has looked at the table again: what lingers is told from its newest look."""
    began = time.monotonic()
    while time.monotonic() < began + PATIENCE_S:
        time.sleep(0.5)
        if daemon.metrics()[0]["tcpstate_survey_age_seconds"] < time.monotonic() - began:
            return


def settle(daemon, events):
    """Until the daemon has nothing more to write."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        before = events.lines + events.told_lost
        time.sleep(2)
        events.turn()
        if before == events.lines + events.told_lost:
            return


def fifth(samples, which, key):
    size = max(1, len(samples) // 5)
    return statistics.median(s[key] for s in samples[(which - 1) * size:which * size if which < 5 else None])


def judge(samples, totals, drained_s, sums, each, events):
    j = Judge()
    brief = samples[-1]["seconds"] < BRIEF_S
    for key in ("rss_kb", "map_kb", "descriptors"):
        early, late = fifth(samples, 2, key), fifth(samples, 5, key)
        room = (BRIEF_KB if brief else GROWTH_KB) if key == "rss_kb" else 0
        j.check("%s is flat: %d, in the end %d" % (key, early, late), late <= early * GROWTH + room,
                "%d in the second fifth of the time, %d in the last" % (early, late))
    j.check("the table drains", drained_s is not None, "%d entries after %d s" % (
        sums["tcpstate_table_entries"], DRAIN_S))
    left = {key: value for key, value in each.items()
            if key[0] in ("tcpstate_endpoints", "tcpstate_table_entries", "tcpstate_lingering_endpoints") and value}
    j.check("all gauges are zero", not left, left)
    for what in ("opened", "ended"):
        counted = sums["tcpstate_flows_%s_total" % what] + sums["tcpstate_table_refusals_total"]
        j.check("all connections are flows, %s" % what, counted == totals["opened"],
                "%d of %d" % (counted, totals["opened"]))
    for kind, number in totals["closes"].items():
        by, how = kind.split("_")
        counted = sum(each.get(("tcpstate_closes_total", (by, confirmed, how)), 0) for confirmed in ("false", "true"))
        j.check("closes by %s, %s" % (by, how), counted == number, "%d of %d" % (counted, number))
    write_lost = sum(value for (name, labels), value in each.items()
                     if name == "tcpstate_events_lost_total" and "write" in labels)
    emitted = sums["tcpstate_events_total"] - write_lost
    j.check("every event is written, or counted as lost", events.lines == emitted,
            "%d lines, %d events" % (events.lines, emitted))
    lost = sums["tcpstate_events_lost_total"]
    j.check("the file tells of as many lost events as were counted", events.told_lost == lost,
            "%d told, %d counted" % (events.told_lost, lost))
    return j


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--daemon", type=int, required=True)
    parser.add_argument("--metrics", required=True)
    parser.add_argument("--events", required=True)
    parser.add_argument("--load", type=int, required=True)
    parser.add_argument("--load-output", required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--log")
    options = parser.parse_args()
    daemon = Daemon(options.daemon, options.metrics)
    events = EventFile(options.events, daemon)

    with open(options.log or os.devnull, "w") as log:
        samples = watch(options, daemon, events, log)
    totals = let_go(options)
    drained_s = drain(daemon)
    await_survey(daemon)
    settle(daemon, events)
    sums, each = daemon.metrics()
    print("# %d connections in %.0f s, %.0f a second; %d MB of events" % (
        totals["done"], totals["seconds"], totals["per_second"], events.bytes >> 20))
    print("# at most %d flows in the table; drained in %s s; %d events, %d lost (%s)" % (
        max(s["table"] for s in samples), "%.1f" % drained_s if drained_s is not None else "?",
        sums["tcpstate_events_total"], sums["tcpstate_events_lost_total"],
        ", ".join("%s %d" % (" ".join(labels), value) for (name, labels), value in sorted(each.items())
                  if name == "tcpstate_events_lost_total" and value)))
    print("# the daemon itself took %.0f %% of a CPU" % (100 * samples[-1]["cpu_s"] / samples[-1]["seconds"]))
    print("# RSS KiB by time: %s" % " ".join(str(s["rss_kb"]) for s in samples[::max(1, len(samples) // 20)]))
    j = judge(samples, totals, drained_s, sums, each, events)
    print("%d passed, %d failed, 0 skipped" % (j.passed, j.failed))
    return 1 if j.failed else 0


if __name__ == "__main__":
    sys.exit(main())
