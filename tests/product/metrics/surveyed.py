#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""surveyed.py ADDRESS LEAKS COMMAND...

Does what is served from the survey, which is some seconds old, agree with the
reports, which walk the table when they are asked? Waits until LEAKS local ends
have lingered long enough. COMMAND: xdp-tcpstate, to which "leaks --json" and the
like are added, and the options that follow "--".
"""
import json
import subprocess
import sys
import time

from client import get, scrape

PATIENCE = 100  # seconds: an end lingers after 60
OLDER = "60"    # SURVEY_OLDER_NS


def place(end):
    return "%s %d" % (end["addr"], end["port"]) if end["port"] else end["addr"]


def report(command, name, *options):
    words = command[:command.index("--")] + [name, "--json"] + list(options) + command[command.index("--") + 1:]
    lines = subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout.splitlines()
    return [json.loads(line) for line in lines]


def reported(command):
    pairs = {(row["client"], place(row["server"])): (row["waiting"], row["ports"]["high"] - row["ports"]["low"] + 1)
             for row in report(command, "timewait") if row["row"] == "pair" and row["waiting"]}
    leaks = {(place(row["end"]), row["peer"] and place(row["peer"]), row["role"], row["state"]): row["count"]
             for row in report(command, "leaks", "--older", OLDER) if row["local"]}
    return pairs, leaks


def served(address):
    summary = json.loads(get(address, "/api/summary")[2])
    for row in summary["port_pressure"]:
        assert abs(row["ratio"] - row["waiting"] / row["range"]) < 1e-5, row
    assert all(row["oldest_seconds"] >= 60 for row in summary["leaks"]), summary["leaks"]
    pairs = {(row["from"], row["to"]): (row["waiting"], row["range"]) for row in summary["port_pressure"]}
    leaks = {(row["local"], row["peer"], row["role"], row["state"]): row["count"] for row in summary["leaks"]}
    return pairs, leaks


def agree(told, walked):
    """Served are the ten fullest pairs; of those that are as full as the tenth, some."""
    (pairs, leaks), (all_pairs, all_leaks) = told, walked
    fullest = sorted(all_pairs.values(), reverse=True)[:10]
    return leaks == all_leaks and pairs.items() <= all_pairs.items() and sorted(pairs.values(), reverse=True) == fullest


def check_metrics(address, pairs, leaks):
    samples = scrape(address)
    pressure = samples.sum("tcpstate_time_wait_port_pressure_ratio")
    fullest = max((waiting / ports for waiting, ports in pairs.values()), default=0)
    assert abs(pressure - fullest) < 1e-5, (pressure, fullest)
    by_state = {}
    for (_, _, _, state), count in leaks.items():
        by_state[(state.lower(),)] = by_state.get((state.lower(),), 0) + count
    told = samples.sum_by("tcpstate_lingering_endpoints", "state")
    assert told == by_state, (told, by_state)
    assert samples.sum("tcpstate_survey_age_seconds") < 15


def main(address, wanted, command):
    deadline = time.monotonic() + PATIENCE
    while True:
        told, walked = served(address), reported(command)
        lingering = sum(walked[1].values())
        if agree(told, walked) and lingering >= wanted:
            break
        if time.monotonic() > deadline:
            print("served: %s" % (told,))
            print("reported: %s" % (walked,))
            return 1
        time.sleep(1)
    check_metrics(address, *told)
    print("%d pairs, %d lingering ends" % (len(told[0]), lingering))
    return 0 if told[0] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
