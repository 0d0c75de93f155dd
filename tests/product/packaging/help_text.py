# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""What xdp-tcpstate says of itself with --help: its commands, their options, and which groups these are in."""
import re
import subprocess


def run(*arguments):
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout


def commands(binary):
    """Names, in the order of --help."""
    overview = run(binary, "--help").split("Usage:")[1]
    return re.findall(r"^  ([a-z]+)\s+\S", overview, re.M)


def usage(binary, command):
    """The words after the options in "Usage: xdp-tcpstate COMMAND [OPTIONS] WORDS"."""
    return re.search(r"^Usage: \S+ \S+ \[OPTIONS\] ?(.*)$", run(binary, command, "--help"), re.M)[1]


def options(binary, command):
    """{group's title: {(letter or None, name): argument or None}}"""
    groups = {}
    for line in run(binary, command, "--help").splitlines():
        title = re.fullmatch(r"(\S.*):", line)
        option = re.match(r"  (?:-(\w), |    )--([a-z-]+)(?: (\[?[A-Z=]+\]?|\[[a-z|]+\])(?=\s|$))?", line)
        if title:
            group = title[1]
        elif option:
            groups.setdefault(group, {})[option[1], option[2]] = option[3]
    return groups
