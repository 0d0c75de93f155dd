# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""What make says: what it would do if a header was touched (make -n -W) is to compile what reads it, by clang's word, and
nothing else; make help tells every target; make test runs every suite."""
import os
import re
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.environ.get("BUILD", "build")
BPF = "bpf/xdp_tcpstate.bpf.c"
NOT_TOLD = {"made-anew"}
# Minutes of emulation, for those who change bpf/.
NOT_IN_TEST = {"kernel"}


def headers():
    """Of each folder one, some that nearly all read and some that few do."""
    for name in ("user/base/words.h", "user/flow/filter.h", "user/kernel/table.h", "user/replay/queue.h", "user/top/view.h",
                 "bpf/maps.h", "bpf/parse/cursor.h", "bpf/track/gauges.h"):
        if os.path.exists(os.path.join(ROOT, name)):
            yield name


def would_compile(header, *targets):
    lines = subprocess.run(["make", "-n", "--no-print-directory", f"B={BUILD}", "-W", header, *targets], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout
    return set(re.findall(r" -c (\S+) ", lines))


def phony():
    """{phony target: what it is made from}"""
    database = subprocess.run(["make", "-pq", f"B={BUILD}"], cwd=ROOT, capture_output=True, text=True).stdout
    names = set(" ".join(re.findall(r"^\.PHONY: (.*)$", database, re.M)).split())
    return names, re.search(r"^SUITES := (.*)$|^SUITES = (.*)$", database, re.M)[0].split()[2:]


def targets():
    names, suites = phony()
    told = subprocess.run(["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = set(re.findall(r"^  (\S+) +\S", told, re.M))
    # A part of a target that is told is named after it.
    part = re.compile("(?:%s)-.*" % "|".join(map(re.escape, sorted(told))))
    yield "make help tells every target", sorted(
        [f"{name} is not told" for name in names - told - NOT_TOLD if not part.fullmatch(name)] +
        [f"{name} is told, and is no target" for name in told - names])
    there = {name[len("test-"):] for name in names & (told | {f"test-{name}" for name in told}) if name.startswith("test-")}
    yield "make test runs every suite", sorted(
        [f"{name} is not in SUITES" for name in there - set(suites) - NOT_IN_TEST] +
        [f"{name} is in SUITES, and is no suite" for name in set(suites) - there])


def checks(tree):
    yield from targets()
    idle = subprocess.run(["make", "-q", f"B={BUILD}", "all", f"{BUILD}/tests/unit"], cwd=ROOT, capture_output=True)
    yield "make has nothing to do when nothing has changed", [] if idle.returncode == 0 else ["it would build something"]
    core = sorted(name for name in tree.closure[BPF] if name.startswith("include/"))
    for header in list(headers()) + core[::6]:
        wanted = {source for source, read in tree.closure.items() if header in read}
        # A BPF object that is made anew makes its skeleton anew, and that what reads it.
        for skeleton in [re.sub(r"^bpf/(.*)\.bpf\.c$", r"build/\1.skel.h", source) for source in wanted if source.endswith(".bpf.c")]:
            wanted |= {source for source, read in tree.closure.items() if skeleton in read}
        got = would_compile(header, "all")
        lines = [f"{source} reads it, and is not compiled" for source in sorted(wanted - got)]
        lines += [f"{source} does not read it, and is compiled" for source in sorted(got - wanted)]
        if len(wanted) in (0, len(tree.closure)):
            lines.append(f"{len(wanted)} of {len(tree.closure)} read it: this shows nothing")
        if (BPF in got) != (not header.startswith("user/")):
            lines.append(f"the BPF object is {'' if BPF in got else 'not '}rebuilt")
        yield f"touching {header} compiles {len(wanted)} of {len(tree.closure)} sources", lines
    unit = f"{BUILD}/tests/unit"
    of_user, of_core = would_compile("user/flow/names.h", unit), would_compile("include/tcpstate/core/transition.h", unit)
    yield "a test's program is rebuilt for a header of its own, not for others", (
        [f"for user/flow/names.h: {name}" for name in of_user] or [] if of_core else ["not for transition.h"])
