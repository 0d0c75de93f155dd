#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
Compares the states that the tracker gives the kernel's ends of the truth set
with those that the kernel gave them: the sequence of each row, and the state
after each frame. Rows are agreed or differ; a difference fails unless
explained.tsv (capture, conn, reason) explains it.
"""

import argparse
import os
import shlex
import sys

sys.dont_write_bytecode = True # the tree stays as it is
import engine
import kernel_truth

ROOT = os.path.normpath(os.path.join(kernel_truth.HERE, "..", "..", ".."))
TRACKER = os.path.join(ROOT, "build", "tests", "track-pcap")
NO_CONNECTION = {"LISTEN", "CLOSED"}
REPLY_NS = 10**6


class Verdict:
    """One row, theirs and ours."""

    def __init__(self, row, changes, frames):
        self.row = row
        self.changes = changes_of(row, changes)
        self.theirs = [t.state for t in row.seen()]
        self.ours = sequence(row, self.changes)
        self.frames = [] if row.far else list(frames_of(row, frames))
        self.wrong_frames = wrong_frames(row, self.changes, self.frames)

    @property
    def agrees(self):
        if self.row.open == "none":
            # What is met without its SYN, and answered by an RST, is told as the half-open that it may be (RULES 43).
            met_and_reset = self.changes and self.changes[-1].cause == "rst" and self.ours[-1] == "CLOSED"
            return set(self.ours) <= NO_CONNECTION or met_and_reset
        return self.theirs == self.ours

    def first_difference(self):
        """Where the two part, as a sentence."""
        if self.agrees:
            return "after frame {}: theirs {}, ours {}".format(*self.wrong_frames[0])
        step = 0
        while step < min(len(self.theirs), len(self.ours)) and self.theirs[step] == self.ours[step]:
            step += 1
        seen = self.row.seen()
        theirs = str(seen[step]) if step < len(seen) else "nothing"
        ours = "nothing"
        entered = [c for c in self.changes if c.state[self.row.local] != c.was[self.row.local]]
        if step < len(self.ours) and step < len(entered):
            c = entered[step]
            ours = f"{c.state[self.row.local]} #{c.frame} {c.cause} {c.judgment}"
        return f"step {step + 1}: theirs {theirs}, ours {ours}"


def changes_of(row, changes):
    """
    Ours, of the incarnations that belong to this row: those that began before
    the next connection on its tuple, up to its last packet (or to the SYN that
    took its place).
    """
    began, result = {}, []
    last_frame = max([row.last_frame] + [t.frame for t in row.seen() if t.frame])
    for c in changes:
        if set(c.state) != {row.local, row.remote}:
            continue
        mine = began.setdefault(c.incarnation, c.frame) < row.end_frame
        inside = row.first_frame <= c.frame <= last_frame or \
            (c.cause == "reused" and c.frame == row.end_frame)
        if c.frame == 0:
            inside = c.time <= row.last_time and bool(result)
        ends_another = c.cause == "reused" and c.frame == row.first_frame
        if mine and inside and not ends_another:
            result.append(c)
    # A SYN that was refused is no connection of the kernel's end (its rows say open=none).
    beyond = {c.incarnation for c in result if c.state[row.local] not in NO_CONNECTION
              or c.was[row.local] not in NO_CONNECTION}
    return [c for c in result if c.incarnation in beyond or row.open == "none"]


def sequence(row, changes):
    """The states entered. Where `was` is not what we said last, it was entered on the same segment."""
    states, last = [], row.start_state
    for c in changes:
        was, state = c.was[row.local], c.state[row.local]
        if was == state:
            continue
        if was not in {last, *NO_CONNECTION}:
            states.append(was)
        states.append(state)
        last = state
    return states


def frames_of(row, frames):
    for frame in frames:
        if {frame.sender, frame.receiver} == {row.local, row.remote} and \
                row.first_frame <= frame.number <= row.last_frame:
            yield frame


def as_observed(states):
    """Between SYN and SYN-ACK we say LISTEN, the kernel SYN_RECEIVED; to a closed port, CLOSED."""
    return set(states) | ({"LISTEN"} if {"SYN_RECEIVED", "CLOSED"} & set(states) else set())


def wrong_frames(row, changes, frames):
    """
    [(frame, theirs, ours)] for the frames after which no state of theirs is
    ours. Where the kernel replies, only after the reply: it tells what the
    kernel did (an orphan answers data with RST).
    """
    wrong, i, ours = [], 0, row.start_state
    if row.open == "none":
        return wrong
    for frame, after in zip(frames, frames[1:] + [None]):
        while i < len(changes) and changes[i].frame <= frame.number and changes[i].time <= frame.time:
            ours = changes[i].state[row.local]
            i += 1
        if after and after.sender == row.local and after.time - frame.time < REPLY_NS:
            continue
        theirs = row.states_at(frame.number, after.number if after else row.last_frame + 1,
                               (after.time if after else row.last_time) + REPLY_NS)
        if ours not in as_observed(theirs):
            if not (row.open == "syncookie" and {ours, *theirs} <= NO_CONNECTION | {"SYN_RECEIVED"}):
                wrong.append((frame.number, theirs[0], ours))
    return wrong


# ---- output ----------------------------------------------------------------

def relative(row, frame):
    return ">" if frame.sender == row.local else "<"


def show(row, changes, frames):
    """Frame by frame: what it was taken for, what each end is then, and what the kernel said."""
    verdict = Verdict(row, changes, frames)
    print(f"{row.name} {row.suite} {row.script} open={row.open} use={row.use} "
          f"{'far ' if row.far else ''}{','.join(sorted(row.notes))}")
    print(f"  theirs {','.join(verdict.theirs)}\n  ours   {','.join(verdict.ours)}")
    if not verdict.agrees:
        print(f"  {verdict.first_difference()}")
    wrong = {number for number, _, _ in verdict.wrong_frames}
    silent = [t for t in row.transitions if t.frame is None]
    print(f"  {'frame':>5}  {'ms':>8}    {'flags':5} {'seq':>10} {'ack':>10} {'len':>5} {'win':>5} "
          f"{'tsval':>10} {'judgment':15} {'kernel end':12} {'other end':12} kernel says")
    start = None
    for frame in frames_of(row, frames):
        start = frame.time if start is None else start
        while silent and silent[0].time < frame.time:
            t = silent.pop(0)
            print(f"  {'-':>5}  {(t.time - start) / 1e6:8.1f} {'':75}{'':23}{t} "
                  f"{'' if t.seen else '(unseen)'}")
        kernel = ", ".join(str(t) for t in row.transitions if t.frame == frame.number)
        print(f"  {frame.number:5}  {(frame.time - start) / 1e6:8.1f}  {relative(row, frame)} "
              f"{frame.flags:5} {signed(frame.seq):>10} {signed(frame.ack):>10} {frame.len:5} "
              f"{frame.window:5} {frame.tsval:>10} {frame.judgment:15} "
              f"{frame.state[row.local]:12} {frame.state[row.remote]:12} "
              f"{'!! ' if frame.number in wrong else ''}{kernel}")
    for t in silent:
        print(f"  {'-':>5}  {(t.time - start) / 1e6:8.1f} {'':75}{'':23}{t} {'' if t.seen else '(unseen)'}")


def signed(number):
    return number - 2**32 if number >= 2**31 else number


def read_explained():
    explained = {}
    path = os.path.join(kernel_truth.HERE, "explained.tsv")
    with open(path) as f:
        for line in f:
            if line.strip() and not line.startswith("#"):
                capture, conn, reason = line.rstrip("\n").split("\t")
                explained[f"{capture}:{conn}"] = reason
    return explained


def print_differences(verdicts, explained):
    for v in verdicts:
        if v.agrees:
            continue
        row = v.row
        print(f"# {row.name} {row.group} {row.script} use={row.use} {row.open} "
              f"{','.join(sorted(row.notes))}")
        print(f"#   theirs {','.join(v.theirs) or '-'}\n#   ours   {','.join(v.ours) or '-'}")
        print(f"#   {v.first_difference()}")
        if row.name in explained:
            print(f"#   explained: {explained[row.name]}")
    print("# frames after which our state differs, in rows whose sequences agree:")
    for v in verdicts:
        if v.agrees and v.wrong_frames:
            frames = " ".join(f"{n}:{theirs}/{ours}" for n, theirs, ours in v.wrong_frames[:6])
            more = len(v.wrong_frames) - 6
            print(f"#   {v.row.name} {v.row.group} {frames}{f' and {more} more' if more > 0 else ''}")


def print_table(verdicts):
    print(f"# {'suite':28} {'sequence':>11} {'and frames':>11} {'frames':>15}   (agreed/total)")
    groups = {}
    for v in verdicts:
        groups.setdefault(v.row.group, []).append(v)
    for name, some in list(sorted(groups.items())) + [("all", verdicts)]:
        agreed = sum(v.agrees for v in some)
        whole = sum(v.agrees and not v.wrong_frames for v in some)
        frames = sum(len(v.frames) for v in some)
        right = frames - sum(len(v.wrong_frames) for v in some)
        print(f"# {name:28} {f'{agreed}/{len(some)}':>11} {f'{whole}/{len(some)}':>11} "
              f"{f'{right}/{frames}':>15}")


def report(verdicts, explained):
    """TAP, and the exit status. What is only reported apart can't fail."""
    passed = failed = skipped = 0
    for v in verdicts:
        if v.row.apart:
            continue
        if v.agrees and not v.wrong_frames:
            passed += 1
        elif v.row.name in explained:
            print(f"skip {v.row.name}: {explained[v.row.name]}")
            skipped += 1
        else:
            print(f"not ok {v.row.name}: {v.first_difference()}")
            failed += 1
    print_table(verdicts)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return failed > 0


def main():
    parser = argparse.ArgumentParser(description="the tracker against the kernel's own states")
    parser.add_argument("--show", metavar="CAPTURE[:CONN]", action="append",
                        help="frame by frame, what it was taken for and what the kernel said")
    parser.add_argument("--engine", metavar="COMMAND", default="",
                        help="prints the NDJSON of `replay --json` for the capture named last "
                        "(default: build/tests/track-pcap)")
    parser.add_argument("--tracker", metavar="PROGRAM", default=TRACKER,
                        help="another build of track-pcap")
    parser.add_argument("--suite", help="only this one")
    parser.add_argument("--details", action="store_true", help="every difference in full")
    options = parser.parse_args()

    if not os.path.exists(os.path.join(kernel_truth.FOLDER, "truth.tsv")):
        print("skip truth: SKIPPED, no truth set at ../shared/truth (or $TRUTH_SET)")
        print("0 passed, 0 failed, 1 skipped")
        return 0
    rows = [r for r in kernel_truth.read_rows() if options.suite in (None, r.suite, r.group)]
    wanted = {s if s.endswith(".pcap") or ":" in s else s + ".pcap" for s in options.show or []}
    if wanted:
        rows = [r for r in rows if r.capture in wanted or r.name in wanted]
    tracked, verdicts = {}, []
    for row in rows:
        if row.capture not in tracked:
            path = os.path.join(kernel_truth.FOLDER, row.capture)
            tracked[row.capture] = engine.track([options.tracker], shlex.split(options.engine), path)
        if wanted:
            show(row, *tracked[row.capture])
        else:
            verdicts.append(Verdict(row, *tracked[row.capture]))
    if wanted:
        return 0 if rows else f"compare.py: no such capture or row: {', '.join(sorted(wanted))}"
    explained = read_explained()
    if options.details:
        print_differences(verdicts, explained)
    return report(verdicts, explained)


if __name__ == "__main__":
    sys.exit(main())
