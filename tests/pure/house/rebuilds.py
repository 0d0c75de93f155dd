# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""What make would do if a header was touched (make -n -W): compile what reads it, by clang's word, and nothing else."""
import os
import re
import subprocess

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
BUILD = os.environ.get("BUILD", "build")
BPF = "bpf/xdp_tcpstate.bpf.c"
SKELETON = "build/xdp_tcpstate.skel.h"


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


def checks(tree):
    idle = subprocess.run(["make", "-q", f"B={BUILD}", "all", f"{BUILD}/tests/unit"], cwd=ROOT, capture_output=True)
    yield "make has nothing to do when nothing has changed", [] if idle.returncode == 0 else ["it would build something"]
    core = sorted(name for name in tree.closure[BPF] if name.startswith("include/"))
    for header in list(headers()) + core[::6]:
        wanted = {source for source, read in tree.closure.items() if header in read}
        if BPF in wanted:
            wanted |= {source for source, read in tree.closure.items() if SKELETON in read}
        got = would_compile(header, "all")
        lines = [f"{source} reads it, and is not compiled" for source in sorted(wanted - got)]
        lines += [f"{source} does not read it, and is compiled" for source in sorted(got - wanted)]
        if len(wanted) in (0, len(tree.closure)):
            lines.append(f"{len(wanted)} of {len(tree.closure)} read it: this shows nothing")
        if (BPF in got) != (not header.startswith("user/")):
            lines.append(f"the BPF object is {'' if BPF in got else 'not '}rebuilt")
        yield f"touching {header} compiles {len(wanted)} of {len(tree.closure)} sources", lines
    unit = f"{BUILD}/tests/unit"
    of_user, of_core = would_compile("user/flow/names.h", unit), would_compile("include/tcpstate/transition.h", unit)
    yield "a test's program is rebuilt for a header of its own, not for others", (
        [f"for user/flow/names.h: {name}" for name in of_user] or [] if of_core else ["not for transition.h"])
