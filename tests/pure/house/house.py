#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""The house's rules (rules.py) hold, as the compiler sees it; a rule that is broken is found, however the break is
spelled; and a header that is touched rebuilds what reads it, and nothing else.

house.py [WORD...]: only checks with one of these words in their names."""
import os
import shutil
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", "..", ".."))
sys.dont_write_bytecode = True
sys.path[:0] = [HERE, os.path.join(ROOT, "tests", "lib")]

import breaks  # noqa: E402
import rebuilds  # noqa: E402
import rules  # noqa: E402
from compile_commands import commands  # noqa: E402
from tree import Tree  # noqa: E402

BUILD = os.environ.get("BUILD", "build")


def checks(tree):
    """(name, what breaks it) of each rule."""
    said = []
    for name, check in rules.CHECKS + (("both compilers read the same files", rules.compilers_agree),):
        lines = list(check(tree))
        said += lines
        yield name, [line for line in lines if not rules.known(line)]
    yield "what is known is so still", list(rules.known_no_more(said, rules.entries()))


def planted(tree):
    """Each break, in a copy of the tree, is found, and by the check it is meant for."""
    with tempfile.TemporaryDirectory(prefix="tcpstate-house-") as folder:
        for part in ("bpf", "include", "user"):
            shutil.copytree(os.path.join(ROOT, part), os.path.join(folder, part))
        os.symlink(os.path.join(ROOT, "tests"), os.path.join(folder, "tests"))
        for name, plant in breaks.BREAKS:
            yield f"found: {name}", plant(breaks.Copy(tree, folder))


def main():
    tree = Tree(ROOT, ROOT, list(commands(build=BUILD))).look()
    passed = failed = 0
    for part in (checks, planted, rebuilds.checks):
        for name, lines in part(tree):
            if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
                continue
            print(f"{'not ok' if lines else 'ok'} house: {name}")
            for line in lines:
                print(f"    {line}")
            passed += not lines
            failed += bool(lines)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
