# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""For how long this machine lets wait what wants to run. On each CPU a process
sleeps for a few milliseconds, again and again, and looks how late it wakes, and
how old the last tick is (jiffies, by which TCP's timers are set, is as old).

Whatever two clocks a test compares (a kernel's timer and a hook, a hook and a
capture), between the two the machine may stand still for as long as that: for
tens of milliseconds where it is busy, or where its CPUs are emulated."""
import os
import struct
import time

import lab

PERIOD_NS = 5_000_000
CLOCK_MONOTONIC_COARSE = 6  # as of the last tick
RECORD = struct.Struct("=q")
# A machine that is worse than this cannot be measured on: nothing is excused beyond.
MOST_MS = 250


def _watch_cpu(cpu, pipe):
    """Tells of each stall that is longer than any before, until it is killed."""
    lab.die_with_parent()
    os.sched_setaffinity(0, {cpu})
    worst = 0
    while True:
        due = time.monotonic_ns() + PERIOD_NS
        time.sleep(PERIOD_NS / 1e9)
        tick, now = time.clock_gettime_ns(CLOCK_MONOTONIC_COARSE), time.monotonic_ns()
        if max(now - due, now - tick) > worst:
            worst = max(now - due, now - tick)
            os.write(pipe, RECORD.pack(worst))


class Stalls:
    """From now on. Make it before any thread is started: it forks."""

    def __init__(self):
        self.longest_ms = 0
        self.pipe, told = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        for cpu in os.sched_getaffinity(0):
            if not os.fork():
                try:
                    _watch_cpu(cpu, told)
                finally:
                    os._exit(1)
        os.close(told)

    def longest(self):
        """In ms, so far."""
        try:
            while record := os.read(self.pipe, RECORD.size):
                self.longest_ms = max(self.longest_ms, RECORD.unpack(record)[0] / 1e6)
        except BlockingIOError:
            pass
        return self.longest_ms

    def widen(self, tolerance_ms):
        """A tolerance, in ms, that holds on this machine."""
        return tolerance_ms + min(self.longest(), MOST_MS)

    def sleep(self, seconds):
        """So long that what takes less than this is over, stalls or not."""
        time.sleep(seconds + min(self.longest(), MOST_MS) / 1000)

    def say(self):
        lab.say(f"this machine's longest stall: {self.longest():.1f} ms")
