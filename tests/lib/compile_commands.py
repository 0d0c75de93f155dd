#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""compile_commands.py [TARGET...] >compile_commands.json: how make compiles each source of these targets (default: all).

From what make would run if nothing was built, so nothing is stated twice."""
import json
import os
import shlex
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def commands(*targets, build="build"):
    """(source, words of the command) of each compilation."""
    lines = subprocess.run(["make", "-nB", "--no-print-directory", f"B={build}", *(targets or ["all"])], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout
    for line in lines.replace("\\\n", " ").splitlines():
        words = shlex.split(line) if " -c " in line else []
        if "-c" in words and "-o" in words:
            source = words[words.index("-c") + 1]
            if source.endswith(".c"):
                yield source, words


if __name__ == "__main__":
    json.dump([{"directory": ROOT, "file": source, "arguments": words} for source, words in commands(*sys.argv[1:])],
              sys.stdout, indent=1)
    print()
