#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
The truth set with frames missing: each connection of gaps-list.tsv again and
again, without one, two and three neighbouring frames in every place but the
last, and with one forged segment in every place. How often is the last state
of the kernel's end right all the same? build/tests/truth-gaps runs the
variants; this says what is right, and counts.
"""

import argparse
import os
import subprocess
import sys
from collections import Counter

sys.dont_write_bytecode = True # the tree stays as it is
import kernel_truth

ROOT = os.path.normpath(os.path.join(kernel_truth.HERE, "..", "..", ".."))
PROGRAM = os.path.join(ROOT, "build", "tests", "truth-gaps")
LIST = os.path.join(kernel_truth.HERE, "gaps-list.tsv")

# Missing: at least so many % right, at most so many % left open behind a close.
BARS = {"one": (97.0, 0.5), "two": (92.0, 2.0), "three": (86.0, 5.0)}
# Forged: at least so many % of last states unchanged, of all, and of each kind.
FORGED_BAR, FORGED_KIND_BAR = 99.8, 99.2

FINISHED = {"CLOSED", "TIME_WAIT", "LAST_ACK", "CLOSING"}
OPEN = {"LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED"}


class Wrong:
    """A variant whose last state is not that of the kernel (or, forged, not that without it)."""

    def __init__(self, row, kind, what, frame_class, theirs, ours):
        self.row, self.kind, self.what, self.frame_class = row, kind, what, frame_class
        self.theirs, self.ours = theirs, ours

    @property
    def stuck(self):
        """Left open: the kernel's end has seen the close of its peer or is gone, ours knows of no FIN at all."""
        return self.theirs in FINISHED and self.ours in OPEN

    def __str__(self):
        return (f"{self.row.name} {self.kind} {self.what} [{self.frame_class}] theirs {self.theirs} "
                f"ours {self.ours}{' STUCK' if self.stuck else ''} {self.row.group}")


def last_state(row):
    """Of the kernel's end, as far as the row's own frames tell (the next connection's SYN ends a TIME_WAIT)."""
    states = [t.state for t in row.seen() if not t.frame or t.frame <= row.last_frame]
    return states[-1] if states else row.start_state


def right_states(row):
    """What we may say for it, as compare.py allows: between SYN and SYN-ACK, we say LISTEN."""
    state = last_state(row)
    right = {state} | ({"LISTEN"} if state in ("SYN_RECEIVED", "CLOSED") else set())
    if row.open == "syncookie" and state in ("LISTEN", "CLOSED", "SYN_RECEIVED"):
        right |= {"LISTEN", "CLOSED", "SYN_RECEIVED"}
    return right


def counts(row):
    return not row.apart and row.open != "none"


def line_of(row):
    address, port = row.local
    mapped = f"::ffff:{address}" if address.version == 4 else str(address)
    path = os.path.join(kernel_truth.FOLDER, row.capture)
    return "\t".join(map(str, (row.name, path, row.first_frame, row.last_frame, mapped, port,
                               ",".join(sorted(right_states(row))))))


def run(program, rows, options=()):
    text = "".join(line_of(row) + "\n" for row in rows)
    result = subprocess.run([program, *options], input=text, stdout=subprocess.PIPE, text=True)
    if result.returncode:
        sys.exit(f"gaps.py: {program}: exit status {result.returncode}")
    return result.stdout


class Results:
    """What truth-gaps said of all rows."""

    def __init__(self, rows, output):
        by_name = {row.name: row for row in rows}
        self.whole, self.tried, self.wrong = {}, Counter(), []
        self.whole_wrong = []
        for line in output.splitlines():
            what, name, *rest = line.split("\t")
            row = by_name[name]
            if what == "whole":
                self.whole[name] = rest[0]
                if rest[1] != "right":
                    self.whole_wrong.append(Wrong(row, "whole", "-", "-", last_state(row), rest[0]))
            elif what == "tried":
                self.tried[rest[0], group_of(row)] += int(rest[1])
            elif what == "gap":
                kind, frames, frame_class, ours = rest
                self.wrong.append(Wrong(row, kind, frames, frame_class, last_state(row), ours))
            else:
                kind, frame, side, ours = rest
                self.wrong.append(Wrong(row, kind, f"{frame},{side}", "-", self.whole[name], ours))

    def of(self, kind, group=None):
        return [w for w in self.wrong if w.kind == kind and group in (None, group_of(w.row))]

    def all_tried(self, kind, group=None):
        return sum(n for (k, g), n in self.tried.items() if k == kind and group in (None, g))


def group_of(row):
    """A scripted peer that sends garbage is a test of its own: its long connections would hide the others."""
    return "random peers" if row.suite == "random" else "connections"


def share(some, total):
    return 100.0 * len(some) / max(total, 1)


class Tap:
    """Lines of results, counted."""

    def __init__(self):
        self.passed = self.failed = 0

    def say(self, ok, text):
        print(f"{'ok' if ok else 'not ok'} {text}")
        self.passed += ok
        self.failed += not ok

    def end(self):
        print(f"{self.passed} passed, {self.failed} failed, 0 skipped")
        return self.failed > 0


def report_missing(tap, results, kind, group):
    right_bar, stuck_bar = BARS[kind]
    tried, wrong = results.all_tried(kind, group), results.of(kind, group)
    stuck = [w for w in wrong if w.stuck]
    right_share, stuck_share = 100.0 - share(wrong, tried), share(stuck, tried)
    if tried:
        tap.say(right_share >= right_bar and stuck_share <= stuck_bar,
                f"{group}, {kind} missing: {right_share:.2f} % right (at least {right_bar}), "
                f"{stuck_share:.2f} % stuck open (at most {stuck_bar}): "
                f"{len(wrong)} wrong, {len(stuck)} stuck of {tried}")


def report_forged(tap, results):
    kinds = list(dict.fromkeys(kind for kind, _ in results.tried if kind not in BARS))
    counts = {kind: (len(results.of(kind)), results.all_tried(kind)) for kind in kinds}
    counts["in all"] = tuple(map(sum, zip(*counts.values())))
    for kind, (changed, tried) in counts.items():
        bar = FORGED_BAR if kind == "in all" else FORGED_KIND_BAR
        unchanged = 100.0 - 100.0 * changed / max(tried, 1)
        tap.say(unchanged >= bar, f"forged, {kind}: {unchanged:.2f} % unchanged (at least {bar}): "
                f"{changed} changed of {tried}")


def report(results):
    """TAP, and the exit status."""
    tap = Tap()
    for group in ("connections", "random peers"):
        for kind in BARS:
            report_missing(tap, results, kind, group)
    report_forged(tap, results)
    tap.say(bool(results.whole) and not results.whole_wrong,
            f"none missing: {len(results.whole_wrong)} of {len(results.whole)} connections wrong")
    for wrong in results.whole_wrong:
        print(f"#   {wrong}")
    return tap.end()


def print_classes(results):
    """Wrong ones by what was missing: which, and how many of them stuck."""
    for kind in BARS:
        wrong = results.of(kind)
        print(f"# {kind} missing, wrong by what was missing (and stuck open):")
        both = Counter(w.frame_class for w in wrong), Counter(w.frame_class for w in wrong if w.stuck)
        for frame_class, n in both[0].most_common(24):
            print(f"#   {n:5} {both[1][frame_class]:5}  {frame_class}")
        states = Counter(f"{w.theirs} / {w.ours}" for w in wrong)
        print(f"# {kind} missing, theirs / ours: " +
              ", ".join(f"{n} {pair}" for pair, n in states.most_common(12)))


def read_list(rows):
    with open(LIST) as f:
        names = {line.strip() for line in f if line.strip() and not line.startswith("#")}
    names = {name.replace("\t", ":") for name in names}
    missing = names - {row.name for row in rows}
    if missing:
        sys.exit(f"gaps.py: gaps-list.tsv names what truth.tsv has not: {' '.join(sorted(missing)[:5])}")
    return [row for row in rows if row.name in names]


def show(options, rows):
    wanted = options.show if ":" in options.show else options.show + ":1"
    if not wanted.split(":")[0].endswith(".pcap"):
        wanted = wanted.replace(":", ".pcap:")
    chosen = [row for row in rows if row.name == wanted]
    if not chosen:
        return f"gaps.py: no such connection: {wanted}"
    row = chosen[0]
    print(f"{row.name} {row.group} {row.script} open={row.open} use={row.use} "
          f"frames {row.first_frame} to {row.last_frame} {','.join(sorted(row.notes))}")
    print(f"  kernel: {row.start_state}, {', '.join(str(t) for t in row.transitions if t.seen)}")
    arguments = ["--show"]
    for name in ("without", "forge"):
        if getattr(options, name):
            arguments += [f"--{name}", getattr(options, name)]
    print(run(options.program, [row], arguments), end="")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.strip().split("\n\n")[0])
    parser.add_argument("--list-wrong", metavar="N", type=int, help="the first N wrong variants, a line each")
    parser.add_argument("--kind", help="of --list-wrong: only one, two, three, or a forgery")
    parser.add_argument("--stuck", action="store_true", help="of --list-wrong: only those left open")
    parser.add_argument("--classes", action="store_true", help="wrong ones by what was missing")
    parser.add_argument("--show", metavar="CAPTURE[:CONN]", help="frame by frame")
    parser.add_argument("--without", metavar="N,N", help="of --show: these frames are missing")
    parser.add_argument("--forge", metavar="KIND,FRAME,SIDE", help="of --show: as --list-wrong names it")
    parser.add_argument("--suite", help="only this suite of the truth set")
    parser.add_argument("--all-rows", action="store_true", help="all connections that count, not those of the list")
    parser.add_argument("--program", default=PROGRAM, help="another build of truth-gaps")
    options = parser.parse_args()

    if not os.path.exists(os.path.join(kernel_truth.FOLDER, "truth.tsv")):
        print("skip truth with gaps: SKIPPED, no truth set at ../shared/truth (or $TRUTH_SET)")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    rows = kernel_truth.read_rows()
    if options.show:
        return show(options, rows)
    rows = [r for r in rows if counts(r)] if options.all_rows else read_list(rows)
    rows = [r for r in rows if options.suite in (None, r.suite)]
    results = Results(rows, run(options.program, rows))
    if options.list_wrong:
        wrong = [w for w in results.whole_wrong + results.wrong if options.kind in (None, w.kind)
                 and (w.stuck or not options.stuck)]
        print("\n".join(map(str, wrong[:options.list_wrong])))
        return 0
    if options.classes:
        print_classes(results)
    return report(results)


if __name__ == "__main__":
    sys.exit(main())
