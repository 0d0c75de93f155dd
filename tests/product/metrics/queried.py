#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""queried.py TRAFFIC PROMETHEUS SEGMENTS

Asks a Prometheus that has scraped the daemon while traffic ran (and has done so
since) whether its sums are what that traffic was, to the unit. TRAFFIC: what
tests/kernel/traffic printed. SEGMENTS: how many the client's kernel says it sent and
received. What each pattern makes an end go through is in tests/kernel/traffic/expected.tsv.
"""
import json
import os
import sys
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "..", "lib"), os.path.join(HERE, "..", "..", "kernel", "traffic")]
from client import get
from expect import read_expected
from sequences import read_connections

PATIENCE = 60  # seconds

# Who closed, and how.
CLOSES = {
    "client_close": ("initiator", "fin"), "half_close": ("initiator", "fin"), "no_data": ("initiator", "fin"),
    "data_with_fin": ("initiator", "fin"), "server_close": ("responder", "fin"),
    "server_half_close": ("responder", "fin"), "client_reset": ("initiator", "rst"),
    "server_reset": ("responder", "rst"), "refused": ("responder", "rst"),
}


def query(prometheus, text):
    status, _, body = get(prometheus, "/api/v1/query?" + urllib.parse.urlencode({"query": text}))
    assert status == 200, (text, status, body)
    return json.loads(body)["data"]["result"]


def sums(prometheus, metric, *by):
    """{(label, ...): value}, without those that are 0"""
    result = query(prometheus, "sum by (%s) (%s)" % (", ".join(by), metric))
    return {tuple(r["metric"][label] for label in by): float(r["value"][1]) for r in result if float(r["value"][1])}


def await_scrape(prometheus, after):
    deadline = time.monotonic() + PATIENCE
    while True:
        times = query(prometheus, "timestamp(tcpstate_flows_opened_total)")
        if times and float(times[0]["value"][1]) > after:
            return
        assert time.monotonic() < deadline, "no scrape since the traffic: " + str(times)
        time.sleep(0.1)


def transitions_of(states, first):
    way = [first] + states
    return zip(way, way[1:])


def wanted(connections):
    """What was made: {metric: {labels: count}}"""
    expected, arrows, closes, ends = read_expected(), {}, {}, {}

    def add(counts, key):
        counts[key] = counts.get(key, 0) + 1

    for connection in connections:
        pattern = connection["pattern"]
        add(closes, CLOSES[pattern])
        # A responder that refuses goes back from LISTEN, where it is taken to be, to CLOSED.
        ways = ((expected[pattern]["client"], "CLOSED", "initiator"),
                (["CLOSED"] if pattern == "refused" else expected[pattern]["server"], "LISTEN", "responder"))
        for states, first, role in ways:
            add(ends, (states[-1].lower(), role))
            for start, end in transitions_of(states, first):
                add(arrows, (start.lower(), end.lower()))
    return arrows, closes, ends


def main(traffic, prometheus, segments):
    connections = read_connections(traffic)
    arrows, closes, ends = wanted(connections)
    problems = []

    def compare(what, told, made):
        if told != made:
            problems.append("%s: %s, but it was %s" % (what, told, made))

    await_scrape(prometheus, time.time())
    compare("transitions", sums(prometheus, "tcpstate_transitions_total", "from", "to"), arrows)
    compare("closes", sums(prometheus, "tcpstate_closes_total", "by", "how"), closes)
    compare("endpoints", sums(prometheus, "tcpstate_endpoints", "state", "role"), ends)
    compare("segments", sums(prometheus, "tcpstate_segments_total"), {(): segments})
    # The kernels may say something of their own meanwhile: neighbour discovery, multicast reports.
    passed_over = sums(prometheus, "tcpstate_frames_passed_over_total", "reason")
    own = sum(passed_over.pop((reason,), 0) for reason in ("not_ip", "not_tcp"))
    compare("frames", sums(prometheus, "tcpstate_frames_total"), {(): segments + own})
    compare("passed over", passed_over, {})
    compare("opened", sums(prometheus, "tcpstate_flows_opened_total"), {(): len(connections)})
    compare("durations", sums(prometheus, "tcpstate_connection_duration_seconds_count"), {(): len(connections)})
    compare("durations up to a day",
            sums(prometheus, 'tcpstate_connection_duration_seconds_bucket{le="86400.0"}'), {(): len(connections)})
    compare("scrapes that failed", sums(prometheus, "count_over_time((up == 0)[10m:1s])"), {})
    for problem in problems:
        print(problem)
    print("%d connections, %d segments, %d problems" % (len(connections), segments, len(problems)))
    return 0 if connections and not problems else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
