#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""coverage.py BUILD: runs the native tests of a build with COVERAGE=1, and prints which lines and branches of the core
(include/tcpstate) and of the parser (bpf/parse) they took, by gcov. Code for BPF alone is not compiled here, nor counted."""
import collections
import concurrent.futures
import glob
import gzip
import json
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARTS = ("include/tcpstate/", "bpf/parse/")


def runs(build):
    """The native tests, as their suites run them."""
    seeds = sorted(glob.glob(f"{build}/fuzz/parser.seeds/*"))
    rules = sorted(glob.glob("tests/pure/scenarios/rules/*.txt"))
    yield [f"{build}/tests/unit"]
    yield [f"{build}/tests/run-scenarios", "--native", *rules]
    yield [f"{build}/tests/run-scenarios", "--native", "--random", "200", "1"]
    yield [f"{build}/tests/packets/packets"]
    yield [f"{build}/fuzz/parser-seeded", "20000", "1", *seeds]
    yield [f"{build}/fuzz/core-seeded", "20000", "1"]
    yield [f"{build}/tests/model", "--exhaustive", "--random", "2000", "1", "--known", "25"]


def gcov(data):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["gcov", "--json-format", "--branch-probabilities", os.path.join(ROOT, data)], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for path in glob.glob(os.path.join(folder, "*.gcov.json.gz")):
            with gzip.open(path, "rt") as file:
                yield json.load(file)


def taken(build):
    """{file: {line: times}}, {file: {(line, branches): [times of each]}}, over all programs."""
    lines = collections.defaultdict(lambda: collections.defaultdict(int))
    branches = collections.defaultdict(dict)
    data = glob.glob(f"{build}/objects/**/*.gcda", recursive=True)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for reports in pool.map(lambda path: list(gcov(path)), data):
            for file in (file for report in reports for file in report["files"]):
                name = os.path.relpath(os.path.join(ROOT, file["file"]), ROOT)
                if not name.startswith(PARTS):
                    continue
                for line in file["lines"]:
                    number, own = line["line_number"], [branch["count"] for branch in line["branches"]]
                    lines[name][number] += line["count"]
                    # A function is compiled into several programs, and inlined into several places.
                    before = branches[name].setdefault((number, len(own)), [0] * len(own))
                    branches[name][number, len(own)] = [a + b for a, b in zip(before, own)]
    return lines, branches


def main(build):
    for path in glob.glob(f"{build}/objects/**/*.gcda", recursive=True):
        os.unlink(path)
    for command in runs(build):
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if run.returncode:
            sys.exit(f"{command[0]} failed: {(run.stdout + run.stderr).strip().splitlines()[-1]}")
    lines, branches = taken(build)
    totals = {part: [0, 0, 0, 0] for part in PARTS}
    print(f"{'FILE':34} {'LINES':>12} {'':>6} {'BRANCHES':>12} {'':>6}")
    row = lambda name, a, b, c, d: print(f"{name:34} {a:6}/{b:<5} {100 * a / max(b, 1):5.1f}% {c:6}/{d:<5} {100 * c / max(d, 1):5.1f}%")
    for name in sorted(lines):
        ways = [count for counts in branches[name].values() for count in counts]
        numbers = (sum(1 for n in lines[name].values() if n), len(lines[name]), sum(1 for n in ways if n), len(ways))
        row(name, *numbers)
        part = next(part for part in PARTS if name.startswith(part))
        totals[part] = [a + b for a, b in zip(totals[part], numbers)]
    for part in PARTS:
        row(f"all of {part}", *totals[part])
    if "--missed" in sys.argv:
        for name in sorted(lines):
            print(f"{name}: lines not run:", *(n for n, count in sorted(lines[name].items()) if not count))


if __name__ == "__main__":
    main(sys.argv[1])
