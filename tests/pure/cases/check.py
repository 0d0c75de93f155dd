#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
Holds the flow records of `replay --json` against the facts of cases.tsv: of
small captures, each of a kind that the tracker had wrong once.
"""

import argparse
import csv
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
FOLDER = os.environ.get("CASES_SET") or os.path.normpath(os.path.join(ROOT, "..", "shared", "cases"))

# Its strays' longest lifetime: no member of the record, but of the stray events.
LIFETIME_MAX = "strays_lifetime_max_ms"


class Fact:
    """A line of cases.tsv."""

    def __init__(self, line):
        self.file, self.record = line["file"], int(line["record"])
        self.path, self.want, self.why = line["path"], line["want"], line["why"]

    def __str__(self):
        return f"{self.file} {self.record} {self.path}"


# ---- what is wanted ---------------------------------------------------------

def matches_limits(limits, value):
    """limits: <=N, >=N, or several joined by &."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    for limit in limits.split("&"):
        number = float(limit[2:])
        if limit.startswith("<=") and value > number or limit.startswith(">=") and value < number:
            return False
    return True


def matches_word(word, value):
    if word.startswith(("<=", ">=")):
        return matches_limits(word, value)
    try:
        return json.loads(word) == value and isinstance(value, bool) == (word in ("true", "false"))
    except ValueError:
        return word == value


def matches(want, value):
    return any(matches_word(word, value) for word in want.split("|"))


# ---- what we say ------------------------------------------------------------

class Conversation:
    """One flow record, and the lifetimes of its strays."""

    def __init__(self, record, strays):
        self.record = record
        self.lifetimes = [s["lifetime_ms"] for s in strays if s["flow"] == record["flow"]]

    def value_at(self, path):
        """None, where there is nothing."""
        if path == LIFETIME_MAX:
            return max((t for t in self.lifetimes if t is not None), default=None)
        value = self.record
        for name in path.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def meets(self, fact):
        value = self.value_at(fact.path)
        # Strays that there were none of, and lifetimes that nobody knows, are below every limit.
        if value is None and fact.path.startswith("strays") and "=" in fact.want:
            value = 0
        return matches(fact.want, value)


def replay(program, path):
    """The capture's connections, by start; or what went wrong, as text."""
    result = subprocess.run([program, "replay", "--json", path], capture_output=True, text=True)
    if result.returncode:
        return f"exit status {result.returncode}: {result.stderr.strip()}"
    events = [json.loads(line) for line in result.stdout.splitlines()]
    strays = [e for e in events if e["event"] == "stray"]
    flows = sorted((e for e in events if e["event"] == "flow"), key=lambda flow: flow["start"])
    return [Conversation(flow, strays) for flow in flows]


# ---- the verdict ------------------------------------------------------------

def difference(fact, conversations):
    """None, or how it is not so."""
    if isinstance(conversations, str):
        return conversations
    if fact.record > len(conversations):
        return f"there are {len(conversations)} flow records"
    conversation = conversations[fact.record - 1]
    if conversation.meets(fact):
        return None
    return f"got {json.dumps(conversation.value_at(fact.path))}, want {fact.want}"


def read_facts():
    with open(os.path.join(FOLDER, "cases.tsv"), newline="") as f:
        return [Fact(line) for line in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "xdp-tcpstate"))
    parser.add_argument("file", nargs="*", help="only these captures, by a part of their names")
    options = parser.parse_args()

    if not os.path.exists(os.path.join(FOLDER, "cases.tsv")):
        print("skip cases: SKIPPED, no cases at ../shared/cases (or $CASES_SET)")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    facts = [f for f in read_facts() if not options.file or any(name in f.file for name in options.file)]
    if not facts:
        print("not ok cases: cases.tsv has no such fact")
        print("0 passed, 1 failed, 0 skipped")
        return 1
    told, failed = {}, 0
    for fact in facts:
        if fact.file not in told:
            told[fact.file] = replay(options.program, os.path.join(FOLDER, fact.file))
        wrong = difference(fact, told[fact.file])
        failed += wrong is not None
        print(f"not ok {fact}: {wrong}: {fact.why}" if wrong else f"ok {fact}: {fact.why}")
    print(f"{len(facts) - failed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
