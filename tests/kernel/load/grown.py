#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""grown.py BEFORE AFTER: no counter of the second went back (both by series.py).

Gauges may; the programs' own run times start anew with each new program, and what an owner has written with that owner.
"""
import sys

from series import Series

COUNTERS = ("_total", "_count", "_sum", "_bucket")
ANEW = ("tcpstate_bpf_", "tcpstate_events_file_")


def keyed(path):
    return {(name, *sorted(labels.items())): value for name, labels, value in Series(path).all
            if name.endswith(COUNTERS) and not name.startswith(ANEW)}


def main(before_path, after_path):
    before, after = keyed(before_path), keyed(after_path)
    back = ["%s: %.17g, then %s" % (key, value, after.get(key)) for key, value in before.items()
            if value and after.get(key, 0) < value]
    print("\n".join(back))
    if not before:
        print("there are no counters")
    return 1 if back or not before else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
