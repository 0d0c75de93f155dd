# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Get from an HTTP server, and read metrics in either format."""
import http.client
import re

OPENMETRICS = "application/openmetrics-text; version=1.0.0"


def get(address, path, accept="*/*", timeout=30):
    """(status, headers, body) on a connection of its own; address: "127.0.0.1:9436"."""
    connection = http.client.HTTPConnection(address, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Accept": accept})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


SAMPLE = re.compile(r'^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-z0-9_]+)="((?:[^"\\]|\\.)*)"')


def labels_of(text):
    return tuple(sorted((name, re.sub(r"\\(.)", r"\1", value)) for name, value in LABEL.findall(text or "")))


class Samples:
    """Of the text format: {(name, ((label, value), ...)): number}"""

    def __init__(self, text):
        self.values = {}
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            name, labels, value = SAMPLE.match(line).groups()
            key = (name, labels_of(labels))
            if key in self.values:
                raise ValueError("twice: " + line)
            self.values[key] = float(value)

    def sum_by(self, name, *by):
        """{(value of each label in by, ...): sum}, without those that are 0."""
        sums = {}
        for (of, labels), value in self.values.items():
            if of == name and value:
                key = tuple(dict(labels)[label] for label in by)
                sums[key] = sums.get(key, 0) + value
        return sums

    def sum(self, name):
        return sum(self.sum_by(name).values())


def scrape(address):
    status, _, body = get(address, "/metrics")
    if status != 200:
        raise RuntimeError("GET /metrics: status %d: %s" % (status, body))
    return Samples(body)
