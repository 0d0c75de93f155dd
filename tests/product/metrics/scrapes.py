#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""scrapes.py ADDRESS COUNT [MEDIAN-MS]

Scrapes that often, on a new connection each time, and says how long that took.
Fails where one is not answered in full, or where half of them take longer than
MEDIAN-MS.
"""
import statistics
import sys
import time

from client import OPENMETRICS, get


def main(address, count, limit):
    times = []
    for _ in range(count):
        began = time.monotonic()
        status, _, body = get(address, "/metrics", OPENMETRICS)
        times.append((time.monotonic() - began) * 1000)
        assert status == 200 and body.endswith("# EOF\n"), (status, body[-100:])
        time.sleep(0.02)
    median = statistics.median(times)
    print("%d scrapes: median %.1f ms, max %.1f ms" % (count, median, max(times)))
    return 0 if median < limit else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]) if len(sys.argv) > 3 else float("inf")))
