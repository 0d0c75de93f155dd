#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
Replays captures of other projects and compares our flow records with what
tshark and Zeek say of them. A difference fails, unless explained.tsv has it,
with both values; and so does an explanation of what no longer differs.
"""

import argparse
import os
import sys

sys.dont_write_bytecode = True # the tree stays as it is
import columns
import pairing
import records
import verdicts

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
FOLDER = os.environ.get("CORPUS_SET") or os.path.join(ROOT, "..", "shared", "corpus")
CAPTURES, STREAMS = 34, 281 # for those who do not have it; what it holds is counted anew where it is


class Explanations:
    """explained.tsv: {(file, stream, column): row}, and which were needed."""

    def __init__(self, path):
        self.rows = {(row["file"], row["stream"], row["column"]): row for row in verdicts.read_table(path)}
        self.used = set()

    def covers(self, key, theirs, ours):
        row = self.rows.get(key)
        if not row or (row["theirs"], row["ours"]) != (theirs, ours):
            return False
        self.used.add(key)
        return True

    def stale(self, compared, corpus):
        """Those of captures that were compared, or that do not exist, and explain nothing."""
        return [key for key in self.rows if key not in self.used and
                (key[0] in compared or key[0] not in corpus.captures)]


class Results:
    """Lines of TAP as they come, counts for the end."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.tally = {} # column: [agreed, explained, differing]

    def ok(self, name, remark=""):
        self.passed += 1
        print(f"ok {name}{remark}")

    def not_ok(self, name, why):
        self.failed += 1
        print(f"not ok {name}: {why}")

    def skip(self, name, why, count=1):
        self.skipped += count
        print(f"skip {name}: {why}")

    def count(self, column, outcome):
        self.tally.setdefault(column, [0, 0, 0])[outcome] += 1

    def end(self):
        if self.tally:
            print(f"# {'column':12} {'agreed/flows':>14} {'explained':>10} {'unexplained':>12}")
        for column, (agreed, explained, differing) in self.tally.items():
            print(f"# {column:12} {f'{agreed}/{agreed + explained + differing}':>14} {explained:10} {differing:12}")
        print(f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def check_group(file, group, explanations, results, show):
    name, unexplained, explained = f"{file} {group.name}", [], []
    for column, (theirs, ours) in columns.compare(group).items():
        if show:
            print(f"# {name} {column:12} {theirs:>14} {ours:>14}{'' if theirs == ours else '   differ'}")
        if theirs == ours:
            results.count(column, 0)
        elif explanations.covers((file, group.name, column), theirs, ours):
            results.count(column, 1)
            explained.append(column)
        else:
            results.count(column, 2)
            unexplained.append(f"{column} is {ours}, where the others say {theirs}")
    if unexplained:
        results.not_ok(name, "; ".join(unexplained))
    else:
        results.ok(name, f" (explained: {', '.join(explained)})" if explained else "")


def check_capture(corpus, file, program, options, explanations, results, show):
    """True if it was compared."""
    if not os.path.exists(corpus.path(file)):
        results.skip(file, "SKIPPED, it is not there")
        return False
    if not corpus.is_intact(file):
        results.not_ok(file, "it is another file than that of which verdicts.tsv tells (its sum differs)")
        return False
    try:
        flows = records.replay(program, corpus.path(file), options)
    except records.ReplayFailed as failure:
        results.not_ok(file, failure)
        return False
    groups, rest = pairing.pair(corpus.streams[file], flows)
    for group in groups:
        check_group(file, group, explanations, results, show)
    for flow in rest:
        results.not_ok(f"{file} {flow.record['flow']}", "a flow between ends of which tshark has no stream: "
                       f"{sorted(flow.tuple)}")
    return True


def main():
    parser = argparse.ArgumentParser(description="our flow records against other tools' verdicts")
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "xdp-tcpstate"))
    parser.add_argument("captures", nargs="*", metavar="CAPTURE", help="only these, each column shown")
    arguments = parser.parse_args()
    results = Results()

    if not os.path.exists(os.path.join(FOLDER, "verdicts.tsv")):
        results.skip("corpus", f"SKIPPED, {CAPTURES} captures with {STREAMS} flows: they are not at ../shared/corpus "
                     "(or $CORPUS_SET)", CAPTURES)
        return results.end()
    corpus = verdicts.Corpus(FOLDER)
    explanations = Explanations(os.path.join(HERE, "explained.tsv"))
    options = {row["file"]: row["options"].split() for row in verdicts.read_table(os.path.join(HERE, "options.tsv"))}
    unknown = [file for file in arguments.captures if file not in corpus.captures]
    if unknown:
        return f"compare.py: no such capture in the corpus: {', '.join(unknown)}"
    wanted = arguments.captures or sorted(corpus.captures)
    compared = [file for file in wanted
                if check_capture(corpus, file, arguments.program, options.get(file, []), explanations, results,
                                 bool(arguments.captures))]
    for file, stream, column in explanations.stale(compared, corpus):
        results.not_ok(f"{file} {stream}", f"explained.tsv explains a difference in {column} that is not there")
    streams = sum(len(corpus.streams[file]) for file in compared)
    print(f"# {len(compared)} captures, {streams} streams of tshark's")
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
