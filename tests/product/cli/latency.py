#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""latency.py --tick COUNT: lines like an event's, each with the time at which it is written.
latency.py MS: half of the events on stdin arrive within that many milliseconds of their ts.

(Half: a machine that does something else at the moment is no fault of the tool.)"""
import calendar
import json
import re
import statistics
import sys
import time

if sys.argv[1] == "--tick":
    for _ in range(int(sys.argv[2])):
        time.sleep(0.01)
        now = time.time_ns()
        whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 10**9))
        print('{"ts":"%s.%09dZ"}' % (whole, now % 10**9), flush=True)
    sys.exit()

delays = []
for line in sys.stdin:
    now = time.time_ns()
    whole, nanoseconds = re.fullmatch(r"(.*)\.(\d{9})Z", json.loads(line)["ts"]).groups()
    then = calendar.timegm(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) * 10**9 + int(nanoseconds)
    delays.append((now - then) / 1e6)
if not delays:
    sys.exit("no events came")
print("median %.1f ms, longest %.1f ms of %d" % (statistics.median(delays), max(delays), len(delays)))
sys.exit(0 if statistics.median(delays) <= float(sys.argv[1]) else 1)
