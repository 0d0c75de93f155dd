#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""The daemon's metrics, read from itself or back from a Prometheus that scraped it.

    series.py scrape URL                  what /metrics says now
    series.py query URL [AFTER]           what Prometheus has, of a scrape after that time
    series.py during URL SECONDS METRIC   the values a metric had at the scrapes of the last SECONDS
Prints one line of JSON a series: [name, labels, value].
"""
import json
import re
import sys
import time
import urllib.parse
import urllib.request

PATIENCE_S = 20
LINE = re.compile(r'^(\w+)(?:\{(.*)\})? (\S+)(?: \S+)?$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def get(url):
    with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
        return answer.read().decode()


def scrape(url):
    """Prometheus text format; no value of ours has an escaped character."""
    for line in get(url).splitlines():
        if line and not line.startswith("#"):
            name, labels, value = LINE.match(line).groups()
            yield [name, dict(LABEL.findall(labels or "")), float(value)]


def prometheus(url, path, **parameters):
    answer = json.loads(get("%s/api/v1/%s?%s" % (url, path, urllib.parse.urlencode(parameters))))
    return answer["data"]["result"]


def query(url, after):
    """All series of one scrape, the first that began after that time."""
    deadline = time.time() + PATIENCE_S
    while True:
        stamp = prometheus(url, "query", query="timestamp(tcpstate_build_info)")
        if stamp and float(stamp[0]["value"][1]) > after:
            break
        if time.time() > deadline:
            sys.exit("Prometheus has not scraped after %.3f" % after)
        time.sleep(0.1)
    for series in prometheus(url, "query", query='{__name__=~"tcpstate_.+"}', time=stamp[0]["value"][1]):
        labels = series["metric"]
        name = labels.pop("__name__")
        for own in ("instance", "job"):
            labels.pop(own, None)
        yield [name, labels, float(series["value"][1])]


def during(url, seconds, metric):
    for series in prometheus(url, "query", query="%s[%ss]" % (metric, seconds)):
        for _, value in series["values"]:
            yield float(value)


class Series:
    """As written by this program: sums over the labels that are not asked for."""

    def __init__(self, path):
        with open(path) as lines:
            self.all = [json.loads(line) for line in lines]

    def sum(self, metric, **wanted):
        found = [value for name, labels, value in self.all
                 if name == metric and wanted.items() <= labels.items()]
        if not found:
            raise KeyError("there is no %s%s" % (metric, wanted or ""))
        return sum(found)

    def by(self, metric, *keys):
        """{(label values): sum}, without those that are 0."""
        sums = {}
        for name, labels, value in self.all:
            if name == metric:
                key = tuple(labels.get(label, "") for label in keys)
                sums[key] = sums.get(key, 0) + value
        return {key: value for key, value in sums.items() if value}


def main(command, *arguments):
    if command == "scrape":
        answer = scrape(*arguments)
    elif command == "query":
        answer = query(arguments[0], float(arguments[1]) if len(arguments) > 1 else 0)
    else:
        answer = during(*arguments)
    for item in answer:
        print(json.dumps(item))


if __name__ == "__main__":
    if len(sys.argv) < 3 or sys.argv[1] not in ("scrape", "query", "during"):
        sys.exit(__doc__)
    main(*sys.argv[1:])
