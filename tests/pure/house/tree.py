# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Which file reads which, and which object calls libbpf, as compiler and linker see it.

Spelling says nothing here: clang is asked where each #include leads, with every flag that make passes, and names those
as well that an include guard skips. Links are followed. What gcc read when it built the objects must be the same."""
import concurrent.futures
import os
import re
import subprocess

PRODUCT = ("bpf/", "include/", "user/")
# Flags that decide where an #include leads, and flags whose value is a word of its own.
WHERE = ("-I", "-D", "-U", "-iquote", "-isystem", "-idirafter", "-include", "-imacros", "-target", "-nostdinc")
TWO_WORDS = ("-target", "-include", "-imacros", "-iquote", "-isystem", "-idirafter", "-I", "-D", "-U")


def where_flags(words, root):
    """Those of a command's flags; build/ is the one of the real tree."""
    flags, words = [], iter(words)
    for word in words:
        if word.startswith(WHERE):
            flags.append(word)
            if word in TWO_WORDS:
                flags.append(next(words))
    return [os.path.join("-I" + root, flag[2:]) if flag.startswith("-Ibuild") else flag for flag in flags]


class Tree:
    """root: the tree that is looked at; home: the one that make built."""

    def __init__(self, root, home, commands):
        self.root, self.home = os.path.realpath(root), os.path.realpath(home)
        self.flags = {source: where_flags(words, self.home) for source, words in commands}
        self.objects = {source: words[words.index("-o") + 1] for source, words in commands}
        self.lists = {source: words[words.index("-MF") + 1] for source, words in commands}
        self.reads = {}  # file: the files that its own lines include
        self.closure = {}  # source: all that it reads
        self.errors = []

    def name(self, path):
        path = os.path.realpath(os.path.join(self.root, path))
        for root in (self.root, self.home):
            if path.startswith(root + "/"):
                return path[len(root) + 1:]
        return path

    def copy(self, root):
        other = Tree(root, self.home, [])
        other.flags, other.objects = dict(self.flags), dict(self.objects)
        other.reads = {name: set(read) for name, read in self.reads.items()}
        other.closure = dict(self.closure)
        return other

    def look(self, sources=None):
        """Asks the compiler about all sources, or these."""
        sources = list(self.flags if sources is None else sources)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for source, lines in zip(sources, pool.map(self._includes, sources)):
                self._take(source, lines)
        return self

    def _includes(self, source):
        run = subprocess.run(["clang", *self.flags[source], "-E", "-H", "-fshow-skipped-includes", source, "-o", os.devnull],
                             cwd=self.root, capture_output=True, text=True)
        if run.returncode:
            self.errors.append(f"{source} cannot be read: {run.stderr.strip().splitlines()[-1]}")
        return run.stderr.splitlines()

    def _forced(self, source):
        """What -include names: clang shows what such a file reads, and not the file."""
        flags = self.flags[source]
        for flag, name in zip(flags, flags[1:]):
            if flag == "-include":
                folders = [self.root] + [os.path.join(self.root, one[2:]) for one in flags if one.startswith("-I")]
                found = [path for path in (os.path.join(folder, name) for folder in folders) if os.path.exists(path)]
                yield self.name(found[0])

    def _take(self, source, lines):
        forced = list(self._forced(source))
        above = [source]
        self.reads.setdefault(source, set()).update(forced)
        self.closure[source] = set(forced)
        for line in lines:
            found = re.fullmatch(r"(\.+) (.*)", line)
            if not found:
                continue
            depth, name = len(found[1]), self.name(found[2])
            above[depth:] = [None] * (depth - len(above)) + [name] # below a forced one, not all are shown
            if above[depth - 1]:
                self.reads.setdefault(above[depth - 1], set()).add(name)
            self.closure[source].add(name)

    def files(self):
        """The product's sources and headers, as they lie there."""
        for part in PRODUCT:
            for folder, _, names in os.walk(os.path.join(self.root, part)):
                for name in names:
                    if name.endswith((".c", ".h")):
                        yield os.path.relpath(os.path.join(folder, name), self.root)

    def pairs(self):
        """(file, what it includes), where the including file is the product's."""
        return sorted((a, b) for a, read in self.reads.items() if a.startswith(PRODUCT) for b in read if not b.startswith("/"))

    def built_from(self, source):
        """What the compiler that built the object says of it: the X.d beside X.o."""
        with open(os.path.join(self.home, self.lists[source]), encoding="utf-8") as file:
            rule = file.read().replace("\\\n", " ").splitlines()[0]
        return {self.name(path) for path in rule.split(":", 1)[1].split()} - {source}


def libbpf():
    """Its functions."""
    library = subprocess.run(["cc", "-print-file-name=libbpf.so"], capture_output=True, text=True, check=True).stdout.strip()
    symbols = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    return {line.split()[-1].split("@")[0] for line in symbols.splitlines() if line}


def undefined(objects):
    """{object: the names that it leaves to the linker}"""
    symbols = subprocess.run(["nm", "-A", "-u", *objects], capture_output=True, text=True, check=True).stdout
    names = {path: set() for path in objects}
    for line in symbols.splitlines():
        path, name = line.split(":", 1)
        names[path].add(name.split()[-1].split("@")[0])
    return names
