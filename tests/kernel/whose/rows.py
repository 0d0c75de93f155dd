#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""rows.py KEY...: of each object on stdin these values, each row once, sorted. KEY a.b.c goes into objects; a.b|c is
the first of those that there are; "~": there is none."""
import json
import sys


def value(row, keys):
    for key in keys.split("|"):
        found = row
        for word in key.split("."):
            found = found.get(word, "~") if isinstance(found, dict) else "~"
        if found != "~":
            return "null" if found is None else str(found)
    return "~"


rows = [json.loads(line) for line in sys.stdin]
print("\n".join(sorted({" ".join(value(row, key) for key in sys.argv[1:]) for row in rows})))
