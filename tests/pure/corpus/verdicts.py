# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""What other tools say of the captures: the corpus' verdicts.tsv (its COLUMNS.md says what is what)."""

import csv
import hashlib
import os
import re

LATEST_NS = 2**63 - 1 # replay cuts later times off: 2262
SECOND = 10**9


def read_table(path):
    """A dict for each row; the first line that is no comment has the names."""
    with open(path, encoding="utf-8", newline="") as f:
        lines = (line for line in f if not line.startswith("#"))
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def epoch_ns(text):
    whole, _, fraction = text.partition(".")
    return min(int(whole) * SECOND + int((fraction + "0" * 9)[:9]), LATEST_NS)


class Stream:
    """One tcp.stream of tshark's: a 4-tuple, up to where it thinks that another connection begins."""

    def __init__(self, row):
        self.file, self.number = row["file"], int(row["stream"])
        self.client = (row["client_ip"], int(row["client_port"]))
        self.server = (row["server_ip"], int(row["server_port"]))
        self.roles_known = row["client_basis"] != "first"
        self.start = epoch_ns(row["first_ts"])
        self.first_frame = int(row["first_frame"])
        self.row = row

    @property
    def tuple(self):
        return frozenset((self.client, self.server))

    def by_end(self, *names):
        """{endpoint: sum of the columns NAME_c, or NAME_s}"""
        return {end: sum(int(self.row[f"{name}_{side}"]) for name in names)
                for end, side in ((self.client, "c"), (self.server, "s"))}

    def end_named(self, column):
        """The endpoint for which a column's c or s stands; None where it is empty."""
        return {"c": self.client, "s": self.server}.get(self.row[column])

    @property
    def zeek_state(self):
        """(conn_state, originator); None where Zeek says nothing, or counted other packets than tshark."""
        printed = re.search(r"zeek out: .*conn_state (\w+)", self.row["other"] or "")
        if printed:
            return printed[1], self.client
        if self.row["zeek_match"] != "full":
            return None
        state, _, note = self.row["zeek_state"].partition(" ")
        return state, self.server if "orig=server" in note else self.client


class Corpus:
    """The captures' names and sums (README.tsv), and the streams in each."""

    def __init__(self, folder):
        self.folder = folder
        self.captures = {row["file"]: row["sha256"] for row in read_table(os.path.join(folder, "README.tsv"))}
        self.streams = {name: [] for name in self.captures}
        for row in read_table(os.path.join(folder, "verdicts.tsv")):
            self.streams[row["file"]].append(Stream(row))

    def path(self, name):
        return os.path.join(self.folder, name)

    def is_intact(self, name):
        """The verdicts are about these bytes, and no others."""
        with open(self.path(name), "rb") as f:
            return hashlib.sha256(f.read()).hexdigest() == self.captures[name]
