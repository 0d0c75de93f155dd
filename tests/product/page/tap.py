# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Results, one line each, and their sum at the end (as tests/lib/tap.sh)."""
import sys
import traceback


class Tap:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, function, *arguments):
        """ok if it raises nothing; an AssertionError's text says why not."""
        try:
            function(*arguments)
        except AssertionError as why:
            self.failed += 1
            print(f"not ok {name}: {why}", flush=True)
        except Exception as why:  # a broken browser or server is a failed test as well
            self.failed += 1
            print(f"not ok {name}: {why!r}", flush=True)
            for line in traceback.format_exc().splitlines()[-8:]:
                print("    " + line, flush=True)
        else:
            self.passed += 1
            print(f"ok {name}", flush=True)

    def done(self):
        print(f"{self.passed} passed, {self.failed} failed, 0 skipped", flush=True)
        sys.exit(1 if self.failed else 0)


def equal(seen, wanted, what):
    assert seen == wanted, f"{what}: {seen!r}, not {wanted!r}"
