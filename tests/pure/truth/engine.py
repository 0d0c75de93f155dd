# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""What we say: runs a tracker over a capture and reads its state changes."""

import json
import subprocess
from calendar import timegm
from time import strptime

from kernel_truth import endpoint, nanoseconds


class Change:
    """Both ends, by endpoint, after one segment (or timeout) that changed either."""

    def __init__(self, frame, time, incarnation, state, was, cause, judgment="-"):
        self.frame, self.time, self.incarnation = frame, time, incarnation
        self.state, self.was, self.cause, self.judgment = state, was, cause, judgment


class Frame:
    """One frame as the tracker judged it (track-pcap --all)."""

    def __init__(self, fields):
        (number, time, self.incarnation, sender, receiver, self.flags, seq, ack, length,
         window, self.tsval, self.tsecr, self.judgment, *states) = fields
        self.number, self.time = int(number), nanoseconds(time)
        self.sender, self.receiver = endpoint(sender), endpoint(receiver)
        self.seq, self.ack, self.len, self.window = int(seq), int(ack), int(length), int(window)
        self.state = dict(zip((self.sender, self.receiver), states))


def change_from_tabs(fields):
    frame, time, incarnation, _, cause, judgment, a, a_state, a_was, b, b_state, b_was = fields
    a, b = endpoint(a), endpoint(b)
    return Change(int(frame), nanoseconds(time), incarnation, {a: a_state, b: b_state},
                  {a: a_was, b: b_was}, cause, judgment)


def rfc3339(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    return timegm(strptime(whole, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int((fraction + "0" * 9)[:9])


def change_from_json(event, frame_at):
    """An event of `replay --json`. It has no frame number, but the frame's time."""
    ends = [event["initiator"], event["responder"]]
    names = [endpoint(f"[{e['addr']}]:{e['port']}") for e in ends]
    time = rfc3339(event["ts"])
    frame = frame_at.get(time, 0) if event["sender"] or event["cause"] != "timeout" else 0
    return Change(frame, time, event["flow"], dict(zip(names, (e["state"] for e in ends))),
                  dict(zip(names, (e["was"] for e in ends))), event["cause"])


def run(command, path):
    result = subprocess.run(command + [path], capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(f"{' '.join(command)} {path}: exit status {result.returncode}: "
                           f"{result.stderr.strip()}")
    return result.stdout.splitlines()


def track(native, engine, path):
    """
    (changes, frames) of one capture. native is track-pcap: it always says which
    frames there are; the changes are the engine's, if there is one.
    """
    changes, frames = [], []
    for line in run(native + ["--all"], path):
        kind, *fields = line.split("\t")
        if kind == "frame":
            frames.append(Frame(fields))
        elif not engine:
            changes.append(change_from_tabs(fields))
    if engine:
        frame_at = {frame.time: frame.number for frame in frames}
        for line in run(engine, path):
            event = json.loads(line)
            if event["event"] == "state":
                changes.append(change_from_json(event, frame_at))
    return changes, frames
