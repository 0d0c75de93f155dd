# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""What the kernel said: the rows of truth.tsv, normalised as its README allows."""

import csv
import ipaddress
import os
import re

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.environ.get("TRUTH_SET") or os.path.normpath(
    os.path.join(HERE, "..", "..", "..", "..", "shared", "truth"))


def nanoseconds(text):
    """'seconds.fraction' as an integer: a float would lose the last digits."""
    seconds, _, fraction = text.partition(".")
    return int(seconds) * 10**9 + int((fraction + "0" * 9)[:9])


def endpoint(text):
    """address:port in one spelling."""
    address, port = re.fullmatch(r"\[?(.+?)\]?:(\d+)", text).groups()
    address = ipaddress.ip_address(address)
    return (getattr(address, "ipv4_mapped", None) or address, int(port))


class Transition:
    """The kernel's end entered a state."""

    def __init__(self, state, time, cause, visible, frame):
        self.state = state
        self.time = nanoseconds(time)
        self.cause = cause
        self.seen = visible == "seen"
        self.how = frame[0]  # < received frame, > sent frame, - none
        self.frame = int(frame[1:]) if frame != "-" else None

    def __str__(self):
        return self.state + (f" {self.how}{self.frame}" if self.frame else f" {self.cause}")


# RFC 9293 goes on at once where Linux stops on the way, within one frame.
MOMENTARY = {("FIN_WAIT_2", "TIME_WAIT"), ("ESTABLISHED", "CLOSE_WAIT")}


class Row:
    """One connection of one of the kernel's ends."""

    def __init__(self, line):
        self.capture, self.suite, self.script = line["capture"], line["suite"], line["script"]
        self.far = line["vantage"] == "far"
        self.conn, self.use = int(line["conn"]), int(line["use"])
        self.local, self.remote = endpoint(line["local"]), endpoint(line["remote"])
        self.open = line["open"]
        self.notes = set(line["notes"].split(",")) - {"-"}
        self.first_frame, self.last_frame = int(line["first_frame"]), int(line["last_frame"])
        self.last_time = nanoseconds(line["last_time"])
        self.start_state = line["start_state"]
        self.transitions = []
        if line["states"] != "-":
            columns = (line[c].split(",") for c in ("states", "times", "causes", "visible", "frames"))
            self.transitions = [Transition(*t) for t in zip(*columns)]
        # Frame from which the next connection on this tuple has it; set by read_rows().
        self.end_frame = None

    @property
    def name(self):
        return f"{self.capture}:{self.conn}"

    @property
    def apart(self):
        """No observer there can know all: it is reported, and does not count."""
        return self.far or "netfilter_drops_possible" in self.notes

    @property
    def group(self):
        """Which count it belongs to."""
        if self.open == "none":
            return "no socket"
        if "netfilter_drops_possible" in self.notes:
            return "netfilter"
        return f"{self.suite} (far)" if self.far else self.suite

    def seen(self):
        """Transitions that a packet can tell of, without the momentary states."""
        last = max((i for i, t in enumerate(self.transitions) if t.seen), default=-1)
        seen = self.transitions[:last + 1]
        return [t for t, after in zip(seen, seen[1:] + [None])
                if not (after and t.how == after.how == "<" and t.frame == after.frame
                        and (t.state, after.state) in MOMENTARY)]

    def states_at(self, frame, next_frame, next_time):
        """
        All that the kernel's end was, as far as frames up to this one tell of
        it, and what it has become until the next without one.
        """
        low = high = 0
        for i, t in enumerate(self.seen(), 1):
            if t.frame and t.frame <= frame:
                low = i
            if (t.frame < next_frame) if t.how == "<" else t.time <= next_time:
                high = i
        states = [self.start_state] + [t.state for t in self.seen()]
        return states[low:max(low, high) + 1]


def read_rows(folder=FOLDER):
    with open(os.path.join(folder, "truth.tsv"), newline="") as f:
        rows = [Row(line) for line in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)]
    uses = {}
    for row in rows:
        uses.setdefault((row.capture, row.local, row.remote), []).append(row)
    for lives in uses.values():
        lives.sort(key=lambda row: row.use)
        for row, after in zip(lives, lives[1:] + [None]):
            row.end_frame = after.first_frame if after else float("inf")
    return rows
