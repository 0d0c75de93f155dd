#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""run.py [--full]: spin walks all interleavings of the table's protocol. What holds must hold,
and what leaves a part of it out must fail: then the model can see that fault."""
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.abspath(os.path.join(os.environ.get("BUILD", "build"), "spin"))

# File, what is defined, does it hold?
SHORT = [
    ("fast", "", True),
    ("fast", "TODAY", False),
    ("fast", "WITHOUT_CLOSING", False),
    ("fast", "WITHOUT_SEEN_FIRST", False),
    ("fast", "WITHOUT_REREAD", False),
    ("fast", "WITHOUT_ACKED_WORD", False),
    ("embryo", "", True),
    ("embryo", "WITHOUT_SECOND_LOOK", False),
    ("embryo", "WITHOUT_PUBLISHING_FIRST", False),
    ("table", "SHORT", True),
    ("table", "SHORT WORDS=2", True),
    ("table", "SHORT TWINS", True),
    ("table", "SHORT TWINS WORDS=2", True),
    ("table", "SHORT TWINS WITHOUT_RECHECK", False),
    ("table", "SHORT TWINS WITHOUT_WAITING", False),
    ("table", "TODAY", False),
    ("table", "WITHOUT_GENERATION", False),
    ("table", "WITHOUT_RECHECK", False),
]
FULL = [("table", "WITHOUT_TAG", False), ("table", "", True), ("table", "WORDS=2", True),
        ("table", "TWINS", True), ("table", "TWINS WORDS=2", True)]


def verify(model, defined, buckets):
    """spin's report of the model. buckets: of its table, as a power of two."""
    name = "-".join([model] + re.findall(r"\w+", defined))
    folder = os.path.join(OUT, name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    shutil.copy(os.path.join(HERE, model + ".pml"), folder)
    subprocess.run(["spin", "-a"] + ["-D" + d for d in defined.split()] + [model + ".pml"],
                   cwd=folder, check=True, stdout=subprocess.DEVNULL)
    # Only safety is asked for; a hash of 64 bits a state, so that 10^8 states fit into memory.
    subprocess.run(["gcc", "-O1", "-w", "-DSAFETY", "-DHC4", "-DVECTORSZ=2048", "-DMEMLIM=12000", "-o", "pan", "pan.c"],
                   cwd=folder, check=True)
    report = subprocess.run(["./pan", "-m200000", "-w%d" % buckets], cwd=folder, capture_output=True, text=True, check=False).stdout
    with open(os.path.join(folder, "report"), "w", encoding="utf-8") as f:
        f.write(report)
    return report


def main():
    if not shutil.which("spin"):
        print("skip spin: the package spin is not installed\n0 passed, 0 failed, 1 skipped")
        return 0
    passed = failed = 0
    for model, defined, holds in SHORT + (FULL if "--full" in sys.argv[1:] else []):
        report = verify(model, defined, 27 if (model, defined, holds) in FULL else 22)
        errors = re.search(r"errors: (\d+)", report)
        states = re.search(r"(\d+) states, stored", report)
        whole = "Search not completed" not in report and "pan: reached -DMEMLIM" not in report
        why = re.search(r"pan:1: (.*)", report)
        good = bool(errors) and (errors[1] == "0" and whole if holds else errors[1] != "0")
        passed, failed = passed + good, failed + (not good)
        print("%s %s %s: %s states, %s%s" % (
            "ok" if good else "not ok", model, defined or "(the protocol)", states[1] if states else "no",
            "holds" if errors and errors[1] == "0" else why[1][:100] if why else report[-200:],
            "" if good or not holds else "; its way there: cd %s; spin -t -p -g %s.pml" % (OUT, model)))
        sys.stdout.flush()
    print("%d passed, %d failed, 0 skipped" % (passed, failed))
    return failed > 0


sys.exit(main())
