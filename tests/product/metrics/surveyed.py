#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""surveyed.py ADDRESS LEAKS COMMAND...

Do timewait, leaks and top, which walk the table when they are asked, say the
same as /api/summary and the metrics, which are from the survey of some seconds
ago? To the digit, once nothing changes any more and LEAKS local ends have
lingered long enough. COMMAND: xdp-tcpstate, to which "leaks --json" and the like
are added, and the options that follow "--".
"""
import json
import subprocess
import sys
import time

from client import get, scrape

PATIENCE = 100  # seconds: an end lingers after 60
OLDER = "60"    # SURVEY_OLDER_NS
SHOWN = 10      # SURVEY_ROWS
WORDS = "waiting", "open", "range", "assumed", "used"


def place(end):
    return "%s %d" % (end["addr"], end["port"]) if end["port"] else end["addr"]


def report(command, name, *options):
    words = command[:command.index("--")] + [name, "--json"] + list(options) + command[command.index("--") + 1:]
    lines = subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout.splitlines()
    return [json.loads(line) for line in lines]


def pair(waiting, opened, size, assumed, percent):
    return dict(zip(WORDS, (waiting, opened, size, assumed, "%.2f" % percent)))


def timewait(command):
    return {(row["client"], place(row["server"])):
            pair(row["waiting"], row["open"], row["ports"]["high"] - row["ports"]["low"] + 1, row["ports"]["assumed"],
                 row["used_percent"])
            for row in report(command, "timewait") if row["row"] == "pair" and row["waiting"]}


def sums(rows):
    """Of rows that differ in their last column only, its sum: several processes may have ends of one place."""
    ends = {}
    for *key, count in rows:
        ends[tuple(key)] = ends.get(tuple(key), 0) + count
    return ends


def leaks(command):
    return sums((place(row["end"]), row["peer"] and place(row["peer"]), row["role"], row["state"], row["local"], row["count"])
                for row in report(command, "leaks", "--older", OLDER))


def top(command):
    shown = report(command, "top", "--count", "1", "--interval", "0.1", "--older", OLDER, "--limit", "1000")[-1]
    pairs = {(row["client"]["addr"], place(row["server"])):
             pair(row["waiting"], row["open"], row["ports"], row["assumed"], row["used_percent"]) for row in shown["ports"]}
    return pairs, sums((place(row["end"]), row["peer"] and place(row["peer"]), row["role"], row["state"], row["local"])
                       + (row["count"],) for row in shown["leaks"])


def summary(address):
    said = json.loads(get(address, "/api/summary")[2])
    assert all(row["oldest_seconds"] >= 60 for row in said["leaks"]), said["leaks"]
    pairs = {(row["from"], row["to"]):
             pair(row["waiting"], row["open"], row["range"], row["assumed"], 100 * row["ratio"])
             for row in said["port_pressure"]}
    for row in said["leaks"]: # of an end elsewhere, no process is spoken of
        assert row.get("process", {}) is not None or row["process_unknown"], row
    return pairs, sums((row["local"], row["peer"], row["role"], row["state"], True, row["count"]) for row in said["leaks"])


def fullness(row):
    return (row["waiting"] + row["open"]) / row["range"]


def agree(walked, looked, served):
    """Served are the fullest pairs only, and local ends; of those that are as full as the last of these, some."""
    (pairs, ends), (few, local_ends) = walked, served
    fullest = sorted(map(fullness, pairs.values()), reverse=True)[:SHOWN]
    return (looked == walked and local_ends == {key: count for key, count in ends.items() if key[-1]} and
            few.items() <= pairs.items() and sorted(map(fullness, few.values()), reverse=True) == fullest)


def check_metrics(address, pairs, ends):
    samples = scrape(address)
    pressure = samples.sum("tcpstate_time_wait_port_pressure_ratio")
    fullest = max(map(fullness, pairs.values()))
    assert abs(pressure - fullest) < 1e-6, (pressure, fullest)
    by_state = {}
    for (_, _, _, state, _), count in ends.items():
        by_state[(state.lower(),)] = by_state.get((state.lower(),), 0) + count
    told = samples.sum_by("tcpstate_lingering_endpoints", "state")
    assert told == by_state, (told, by_state)
    assert samples.sum("tcpstate_survey_age_seconds") < 15


def main(address, wanted, command):
    deadline = time.monotonic() + PATIENCE
    while True:
        walked, looked, served = (timewait(command), leaks(command)), top(command), summary(address)
        lingering = sum(count for key, count in walked[1].items() if key[-1])
        if agree(walked, looked, served) and lingering >= wanted:
            break
        if time.monotonic() > deadline:
            for name, said in ("timewait, leaks", walked), ("top", looked), ("/api/summary", served):
                print("%s: %s" % (name, said))
            return 1
        time.sleep(1)
    check_metrics(address, *served)
    known = [row for row in served[0].values() if not row["assumed"]]
    print("%d pairs, %d lingering ends; here: %s" % (len(served[0]), lingering, known))
    return 0 if any(row["waiting"] and row["open"] and row["range"] == 1000 for row in known) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
