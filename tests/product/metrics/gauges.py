#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""gauges.py ADDRESS COMMAND...

Do the gauges, and /api/summary, say what a walk over the table counts?
COMMAND lists the flows: xdp-tcpstate flows --json. While nothing changes, that
is, so it is asked until two scrapes around the listing say the same.
"""
import json
import subprocess
import sys
import time

from client import get, scrape

PATIENCE = 30  # seconds


def ends_of(flows):
    """{(state, role): count}, states in lower case"""
    counts = {}
    for flow in flows:
        for role in ("initiator", "responder"):
            key = (flow[role]["state"].lower(), role)
            counts[key] = counts.get(key, 0) + 1
    return counts


def main(address, command):
    deadline = time.monotonic() + PATIENCE
    while True:
        before = scrape(address)
        listing = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        summary = json.loads(get(address, "/api/summary")[2])
        after = scrape(address)
        gauges = [s.sum_by("tcpstate_endpoints", "state", "role", "locality") for s in (before, after)]
        if gauges[0] == gauges[1]:
            break
        if time.monotonic() > deadline:
            sys.exit("the table does not come to rest")
    flows = [json.loads(line) for line in listing.splitlines()]
    counted = ends_of(flows)
    problems = []

    def compare(what, told, wanted):
        if told != wanted:
            problems.append("%s: %s, but the table has %s" % (what, told, wanted))

    compare("tcpstate_endpoints", after.sum_by("tcpstate_endpoints", "state", "role"), counted)
    compare("/api/summary endpoints",
            {(state.lower(), role): n for role, states in summary["endpoints"].items()
             for state, n in states.items() if n}, counted)
    compare("tcpstate_table_entries", after.sum("tcpstate_table_entries"), len(flows))
    compare("/api/summary flows", sum(summary["flows"][c] for c in ("unconfirmed", "confirmed", "closing")), len(flows))
    compare("opened less ended", after.sum("tcpstate_flows_opened_total") - after.sum("tcpstate_flows_ended_total"),
            len(flows))
    for problem in problems:
        print(problem)
    print("%d flows" % len(flows))
    return 1 if problems or not flows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
