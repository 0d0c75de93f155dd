#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""cost.py ADDRESS COUNT PID

Scrapes that often, and prints what one cost the thread "http" of the process,
in microseconds of CPU time.
"""
import glob
import sys

from client import get


def cpu_ns(pid):
    for task in glob.glob("/proc/%s/task/*" % pid):
        with open(task + "/comm") as name:
            if name.read() != "http\n":
                continue
        with open(task + "/schedstat") as times:
            return int(times.read().split()[0])
    sys.exit("process %s has no thread http" % pid)


def main(address, count, pid):
    before = cpu_ns(pid)
    for _ in range(count):
        assert get(address, "/metrics")[0] == 200
    print("%.0f" % ((cpu_ns(pid) - before) / count / 1000))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
