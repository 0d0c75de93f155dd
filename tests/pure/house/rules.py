# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""The house's rules. Each yields what breaks it, a line each. Which folder may include which stands in user/ARCHITECTURE.md."""
import os
import re

from tree import PRODUCT, libbpf, undefined

LONG = 400
# Longer files, and why.
LONG_FOR_A_REASON = {
    "bpf/track/tracker.h": "one packet's way under the lock, from the slot to what is told, read from top to bottom",
    "include/tcpstate/core/judge.h": "RFC 9293's checks in its order, with the reason of each",
    "include/tcpstate/core/seed.h": "known: new, and to be divided",
    "user/serve/metrics.c": "the table of all metrics, and what fills the rows of those with a shape of their own",
}
# What is being mended. An entry that is no longer so fails.
KNOWN = set()
KNOWN_CALLERS = set()
# What no table may allow: FOLDER: what it never includes. "*" is every other folder.
NEVER = {
    "base": {"*"},
    "flow": {"kernel", "events"},
    "kernel": {"options"}, "hooks": {"options"}, "events": {"options"}, "live": {"options"}, "replay": {"options"},
    "findings": {"top", "commands", "serve"},
    "serve": {"live", "daemon"},
    "*": {"commands"},
}
CALL_LIBBPF = {"kernel", "hooks", "pins", "live", "findings", "serve", "top", "daemon", "replay"}
ARCHITECTURE = "user/ARCHITECTURE.md"


def folder(path):
    """user/'s folder of a file of user/; else the first one of its path."""
    words = path.split("/")
    return words[1] if words[0] == "user" and len(words) > 2 else words[0]


def table(root):
    """The table of user/ARCHITECTURE.md, {folder: what it may include}, from the bottom up."""
    may = {}
    with open(os.path.join(root, ARCHITECTURE), encoding="utf-8") as file:
        for row in re.findall(r"^\| `(\w+)` \|[^|]*\| ([^|]*) \|", file.read(), re.M):
            may[row[0]] = set(row[1].split()) - {"-"}
    return may


def one_direction(tree):
    """The table names each folder, and each folder only those that stand above it in the table."""
    above, may = set(), table(tree.root)
    for name, allowed in may.items():
        for other in sorted(allowed - above):
            yield f"{ARCHITECTURE}: {name} may include {other}, which does not stand above it"
        above.add(name)
    there = {entry.name for entry in os.scandir(os.path.join(tree.root, "user")) if entry.is_dir()} - {"shipped"}
    for name in sorted(there ^ above):
        yield f"{ARCHITECTURE}: {name} is {'not in the table' if name in there else 'no folder'}"


def nevers_in_table(tree):
    may = table(tree.root)
    for name, allowed in may.items():
        never = NEVER.get(name, set()) | NEVER["*"]
        for other in sorted(allowed if "*" in never else allowed & never):
            yield f"{ARCHITECTURE}: {name} may include {other}, which it never may"


def as_the_table_says(tree):
    may = table(tree.root)
    for file, read in tree.pairs():
        if file.startswith("user/") and read.startswith("user/"):
            a, b = folder(file), folder(read)
            if a != b and b not in may.get(a, ()):
                yield f"{file} includes {read}: {a} may not include {b}"


def nevers(tree):
    """Whatever the table says."""
    for file, read in tree.pairs():
        if file.startswith("user/") and read.startswith("user/"):
            a, b = folder(file), folder(read)
            never = NEVER.get(a, set()) | NEVER["*"]
            if a != b and ("*" in never or b in never):
                yield f"{file} includes {read}: {a} never includes {b}"
        elif folder(file) == "base" and read.startswith("include/") and read != "include/tcpstate/units.h":
            yield f"{file} includes {read}: base knows nothing of TCP, units.h apart"


def between_parts(tree):
    """include/ is pure, bpf/ knows no user space, and of bpf/ the captures' reader takes the parser."""
    for file, read in tree.pairs():
        a, b = file.split("/")[0], read.split("/")[0]
        if read.startswith("tests/"):
            yield f"{file} includes {read}: the product includes nothing of the tests"
        elif a == "include" and b in ("bpf", "user", "build"):
            yield f"{file} includes {read}: include/ includes neither bpf/ nor user/"
        elif a == "bpf" and b in ("user", "build"):
            yield f"{file} includes {read}: bpf/ includes nothing of user/"
        elif file.startswith("bpf/parse/") and read.startswith("bpf/track/"):
            yield f"{file} includes {read}: the parser knows nothing of the tracker"
        elif a == "user" and b == "bpf" and not (folder(file) == "replay" and read.startswith("bpf/parse/")):
            yield f"{file} includes {read}: of bpf/ only replay/ includes something, the parser"


def circles(tree):
    """No module (X.c, X.h, and X_parts.h, which is for its own sources) needs itself: the circles, by Tarjan's algorithm."""
    module = lambda path: re.sub(r"(_parts|\.bpf)?\.[ch]$", "", path)
    edges = {}
    for file, read in tree.pairs():
        if read.startswith(PRODUCT):
            edges.setdefault(module(file), set()).add(module(read))
            edges.setdefault(module(read), set())
    order, low, stack, found = {}, {}, [], []

    def visit(node):
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in sorted(edges[node]):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            circle = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(circle) > 1:
                found.append(sorted(circle))

    for node in sorted(edges):
        if node not in order:
            visit(node)
    for circle in sorted(found):
        yield "a circle: " + ", ".join(circle)


def libbpf_callers(tree, objects=None):
    """By what the objects leave to the linker. objects: {source: path}."""
    if objects is None:
        objects = {source: os.path.join(tree.home, path) for source, path in tree.objects.items()
                   if source.startswith("user/")}
    functions, names = libbpf(), undefined(objects.values())
    for source, path in sorted(objects.items()):
        called = sorted(names[path] & functions)
        if called and folder(source) not in CALL_LIBBPF:
            yield f"{source} calls libbpf ({called[0]}): {folder(source)} may not"


def named_files(tree):
    """The tours of the architecture name files that are there. A path may lack its beginning."""
    there = {os.path.join(folder, name) for part in ("bpf", "include", "user", "tests")
             for folder, _, names in os.walk(os.path.join(tree.root, part), followlinks=True) for name in names}
    with open(os.path.join(tree.root, ARCHITECTURE), encoding="utf-8") as file:
        words = re.findall(r"`([\w/.-]+\.(?:h|c|py|html))`", file.read())
    for word in words:
        if "NAME" not in word and not any(path.endswith("/" + word) for path in there):
            yield f"{ARCHITECTURE} names {word}, which is not there"


def no_file_flat(tree):
    for entry in sorted(os.listdir(os.path.join(tree.root, "user"))):
        if entry != "ARCHITECTURE.md" and not os.path.isdir(os.path.join(tree.root, "user", entry)):
            yield f"user/{entry} lies in no folder"


def long_files(tree):
    lengths = {}
    for path in sorted(tree.files()):
        with open(os.path.join(tree.root, path), encoding="utf-8") as file:
            lengths[path] = sum(1 for _ in file)
        if lengths[path] > LONG and path not in LONG_FOR_A_REASON:
            yield f"{path} has {lengths[path]} lines, and no reason for more than {LONG}"
    for path in LONG_FOR_A_REASON:
        if lengths.get(path, 0) <= LONG:
            yield f"{path} has {lengths.get(path, 'no')} lines, and needs no reason any more"


def one_json_writer(tree):
    """A key in a string, with its quotes escaped: base/json joins keys, escapes what they say and knows where a comma is due."""
    for path in sorted(tree.files()):
        if not path.startswith("user/") or path.startswith("user/base/json."):
            continue
        with open(os.path.join(tree.root, path), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                # With a blank after the colon it is a sentence.
                if re.search(r'\\"[\w%.*]+\\":(?! )', line):
                    yield f"{path}:{number} writes a key of JSON by hand: base/json.h does that"


def all_read(tree):
    read = {name for names in tree.reads.values() for name in names} | set(tree.flags)
    for path in sorted(tree.files()):
        if path not in read:
            yield f"{path} is compiled into nothing"


def compilers_agree(tree):
    """What gcc noted when it built, against what clang says now."""
    yield from tree.errors
    for source, closure in sorted(tree.closure.items()):
        ours = {name for name in closure if not name.startswith("/")}
        built = {name for name in tree.built_from(source) if not name.startswith("/")}
        for name in sorted(ours ^ built):
            yield f"{source}: {name} was read by one compiler, not by the other"


def known(line):
    """The entry of a list above that a line is known by."""
    for file, read in KNOWN:
        if line.startswith(f"{file} includes {read}: "):
            return file, read
    for file in KNOWN_CALLERS:
        if line.startswith(f"{file} calls libbpf "):
            return file
    return None


def entries():
    return sorted(KNOWN) + sorted(KNOWN_CALLERS)


def known_no_more(lines, listed):
    """Entries of the lists above that nothing is known by any more."""
    needed = {known(line) for line in lines}
    for entry in listed:
        if entry not in needed:
            yield f"{entry} is so no longer: take it off the lists of what is known in tests/pure/house/rules.py"


CHECKS = (
    ("the table has one direction, and names each folder", one_direction),
    ("the table allows nothing that never may be", nevers_in_table),
    ("folders include what the table allows", as_the_table_says),
    ("folders include nothing that never may be", nevers),
    ("include/, bpf/ and user/ keep apart, and the product from its tests", between_parts),
    ("no circle of files", circles),
    ("libbpf's callers", libbpf_callers),
    ("the architecture names files that are there", named_files),
    ("no file lies flat in user/", no_file_flat),
    (f"no file of more than {LONG} lines without a reason", long_files),
    ("JSON is written by base/json alone", one_json_writer),
    ("every file is compiled into something", all_read),
)
