#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""formats.py ADDRESS

Are both formats of /metrics what they say they are, and do they say the same?
OpenMetrics is read by Prometheus' own Python library, which is strict.
"""
import math
import sys

from client import OPENMETRICS, Samples, get
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client import parser as text_format

# What changes from one scrape to the next even when nothing happens.
MOVING = ("tcpstate_survey_age_seconds",)
# As Prometheus 2.42 asks, and some that ask for nothing that there is.
ACCEPTS = {
    OPENMETRICS: True,
    "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
    "text/plain;version=0.0.4;q=0.5,*/*;q=0.1": True,
    "application/openmetrics-text": True,
    "Application/OpenMetrics-Text ; Version=\"1.0.0\" ; q=0.5, text/plain;q=0.4": True,
    "text/plain;q=0.9, application/openmetrics-text;version=1.0.0;q=0.8": False,
    "application/openmetrics-text;version=2.0.0": False,
    "application/openmetrics-text;q=0": False,
    "application/openmetrics-text;q=x": False,
    "text/html,application/xhtml+xml,*/*;q=0.8": False,
    "*/*": False,
    "": False,
    ",;=,;;q=,application/": False,
}


def samples_of(families):
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}


def check_negotiation(address):
    for accept, wants in ACCEPTS.items():
        status, headers, body = get(address, "/metrics", accept)
        kind = headers["Content-Type"]
        is_openmetrics = kind == "application/openmetrics-text; version=1.0.0; charset=utf-8"
        assert status == 200, (accept, status)
        assert is_openmetrics == wants, (accept, kind)
        assert is_openmetrics or kind == "text/plain; version=0.0.4; charset=utf-8", (accept, kind)
        assert body.endswith("# EOF\n") == wants, (accept, body[-40:])


def check_histograms(families):
    """Buckets add up: the reader checks their order, not that the last one is the count."""
    for family in families:
        if family.type != "histogram":
            continue
        counts, last = {}, {}
        for s in family.samples:
            labels = {k: v for k, v in s.labels.items() if k != "le"}
            key = tuple(labels.items())
            if s.name.endswith("_bucket"):
                assert s.value >= last.get(key, (0, 0))[1], s
                last[key] = (float(s.labels["le"]), s.value)
            elif s.name.endswith("_count"):
                counts[key] = s.value
        assert counts and {k: v[1] for k, v in last.items()} == counts, (family.name, last, counts)
        assert all(v[0] == math.inf for v in last.values()), (family.name, last)


def main(address):
    check_negotiation(address)
    text = get(address, "/metrics")[2]
    families = list(openmetrics.text_string_to_metric_families(get(address, "/metrics", OPENMETRICS)[2]))
    check_histograms(families)
    told = samples_of(families)
    old = samples_of(text_format.text_string_to_metric_families(text))
    assert set(told) == set(old), set(told) ^ set(old)
    for key in told:
        assert key[0] in MOVING or told[key] == old[key], (key, told[key], old[key])
    assert {key: v for key, v in Samples(text).values.items()} == old, "client.py reads the text otherwise"
    print("%d families, %d samples" % (len(families), len(told)))


if __name__ == "__main__":
    main(sys.argv[1])
