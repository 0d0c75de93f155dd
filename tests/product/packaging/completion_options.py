# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""completion_options.py BINARY: COMMAND, its arguments, and its options as --help has them, one command a line."""
import sys

import help_text

binary = sys.argv[1]
for command in help_text.commands(binary):
    names = set()
    flags = set()
    for group in help_text.options(binary, command).values():
        for (letter, name), argument in group.items():
            words = ["--" + name] + (["-" + letter] if letter else [])
            names.update(words)
            if not argument:
                flags.update(words)
    print(command, ",".join(sorted(names)), ",".join(sorted(flags)))
