#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""generate.py SEED DIRECTORY: strays.pcap and waits.pcap there, and beside each its labels, one JSON object
a frame (strays.labels) or an expected event (waits.labels)."""
import json
import random
import sys

import innocents
import kinds_after
import kinds_live
import waits
from conversation import Book, make_connection
from wire import timestamp, write_capture

STRAY_TURNS = 30     # of each scene of strays
INNOCENT_TURNS = 25  # of each scene of innocents
WAIT_TURNS = 15


def write(path, book, labels):
    write_capture(path + ".pcap", [(time, segment) for time, _, segment, _ in sorted(book.frames, key=lambda f: f[:2])])
    with open(path + ".labels", "w") as out:
        for label in labels:
            out.write(json.dumps(label) + "\n")


def generate_strays(seed, path):
    rng, book = random.Random(seed), Book()
    turns = [s for m in (kinds_after, kinds_live) for s in m.SCENES.values() for _ in range(STRAY_TURNS)]
    turns += [s for s in innocents.SCENES.values() for _ in range(INNOCENT_TURNS)]
    rng.shuffle(turns)
    for number, scene in enumerate(turns):
        first = len(book.frames)
        c = make_connection(book, random.Random(rng.randrange(1 << 62)), number)
        scene(c)
        more = {"scene": scene.__name__, "connection": number, "ends": [list(e.name()) for e in c.ends]}
        book.frames[first:] = [(t, o, s, dict(label or {}, **more)) for t, o, s, label in book.frames[first:]]
    frames = sorted(book.frames, key=lambda f: f[:2])
    labels = [dict(label, frame=i + 1, ts=timestamp(time)) for i, (time, _, _, label) in enumerate(frames)]
    write(path, book, labels)


def generate_waits(seed, path):
    rng, book, expected = random.Random(seed), Book(), []
    for number, scene in enumerate(s for _ in range(WAIT_TURNS) for s in waits.SCENES.values()):
        c = make_connection(book, random.Random(rng.randrange(1 << 62)), number)
        for event in scene(c):
            expected.append(dict(event, scene=scene.__name__, connection=number,
                                 ends=[list(e.name()) for e in c.ends]))
    write(path, book, expected)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    seed, directory = int(sys.argv[1]), sys.argv[2]
    generate_strays(seed, directory + "/strays")
    generate_waits(seed, directory + "/waits")


if __name__ == "__main__":
    main()
