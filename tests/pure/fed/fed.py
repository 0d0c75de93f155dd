#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""A number that is shown is fed; a field that is kept is read; a counter that exists is counted.

Read from the source, so that the next one that is not so is found when it is written:

- Every name of an X-macro list in include/ (counters, causes, strays, ...) is used as a value somewhere in
  bpf/, include/ or user/live/, beside the lists. A macro that pastes names together, as PASS_OVER(REASON) does, is looked through.
  What only asks (`case COUNT_X:`, `== COUNT_X`) is no such use.
- Every bit of a trait is set somewhere and asked for somewhere.
- Every member of a structure in include/, and of those of user/ below, is written somewhere and read somewhere. Which
  member a piece of code means, the compiler says: in a copy of the headers each is marked deprecated.

At last the check is checked: the same source with one of each kind added must be told exactly these.
"""
import concurrent.futures
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
CLANG = os.environ.get("CLANG", "clang")
# Structures of user space that are nothing but values; those of include/ all are.
USER_HEADERS = ("user/options/parser.h", "user/hooks/choice.h", "user/kernel/choice.h", "user/events/choice.h",
                "user/live/choice.h", "user/replay/choice.h", "user/replay/replay.h", "user/replay/capture.h",
                "user/replay/link_layer.h")
BITS = re.compile(r"_trait$|^attention$|^track_bit$")
PADDING = re.compile(r"^pad\d*$")
PARTS = ("bpf", "include", "user")


def without_comments(text):
    """As many lines and columns as before."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group()) if match.group().startswith("/") else match.group()

    return re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


class Source:
    """The product's files below a folder, by their names in it."""

    def __init__(self, root):
        self.root = root
        self.text = {}
        for part in PARTS:
            for folder, _, files in os.walk(os.path.join(root, part)):
                for name in files:
                    if name.endswith((".c", ".h")):
                        path = os.path.join(folder, name)
                        with open(path, encoding="utf-8") as file:
                            self.text[os.path.relpath(path, root)] = without_comments(file.read())

    def of(self, *parts):
        return {name: text for name, text in self.text.items() if name.startswith(parts)}


def joined(text):
    return text.replace("\\\n", "  ")


# ---- enumerators ---------------------------------------------------------------

LIST = re.compile(r"#define (\w+)\(X\)([^\n]*)")
ITEM = re.compile(r"\bX\((\w+)")
PASTED = re.compile(r"#define X\(\w[^)]*\)\s*(\w+_)##name,?[^\n]*\s*(\w+)\(X\)")
MACRO = re.compile(r"#define (\w+)\(([\w, ]+)\)([^\n]*)")
ENUM = re.compile(r"enum (\w+)\s*\{([^}]*)\}")
ALIAS = re.compile(r"#define (\w+)[ \t]+\(?([\w \t|]+)\)?[ \t]*(?=\n)")


def lists(source):
    """Of each list: the prefix of its enumerators, and their names."""
    headers = {name: joined(text) for name, text in source.of("include/").items()}
    prefixes = {}
    for text in headers.values():
        for prefix, name in PASTED.findall(text):
            prefixes[name] = prefix
    found = {}
    for text in headers.values():
        for name, body in LIST.findall(text):
            if name in prefixes:
                found[name] = (prefixes[name], ITEM.findall(body))
    return found


def asks(before, after):
    """Is what stands between these two asked for, rather than used?"""
    return bool(re.search(r"(\bcase\s+|[=!]=\s*)$", before) or re.match(r"\s*[=!]=", after))


def uses(text, name):
    for match in re.finditer(rf"\b{name}\b", text):
        yield text[max(0, match.start() - 200):match.start()], text[match.end():match.end() + 40]


def pasted_names(code):
    """What macros make of their arguments, by pasting a prefix before them."""
    made = set()
    for macro, parameters, body in MACRO.findall(code):
        parameters = [p.strip() for p in parameters.split(",")]
        pastes = [(prefix, parameters.index(of)) for prefix, of in re.findall(r"\b(\w+_)##(\w+)", body) if of in parameters]
        if not pastes or macro == "X":
            continue
        for arguments in re.findall(rf"\b{macro}\(([\w, ]+)\)", code):
            arguments = [a.strip() for a in arguments.split(",")]
            if arguments != parameters:
                made.update(prefix + arguments[at] for prefix, at in pastes if at < len(arguments))
    return made


def uncounted(source):
    code = "\n".join(joined(text) for text in source.of("bpf/", "include/", "user/live/").values())
    pasted = pasted_names(code)
    code = re.sub(LIST, "", code)
    for list_name, (prefix, names) in sorted(lists(source).items()):
        for name in names:
            if prefix + name in pasted or any(not asks(*use) for use in uses(code, prefix + name)):
                continue
            # NONE is what there is without any
            if name != "NONE":
                yield f"{prefix}{name} of {list_name} is counted, or told, nowhere in bpf/, include/ and user/live/"


def bits(source):
    for text in source.of("include/").values():
        for enum, body in ENUM.findall(text):
            if BITS.search(enum):
                for name in re.findall(r"(\w+)\s*=\s*1\s*<<", body):
                    yield enum, name


def one_sided_bits(source):
    code = "\n".join(joined(text) for text in source.text.values())
    aliases = ALIAS.findall(code)
    code = re.sub(ENUM, "", code)
    code = re.sub(r"#define \w+[ \t]+\(?[\w \t|]+\)?[ \t]*(?=\n)", "", code)
    for enum, bit in bits(source):
        names = [bit] + [alias for alias, body in aliases if re.search(rf"\b{bit}\b", body)]
        is_set = is_asked = False
        for name in names:
            for before, _ in uses(code, name):
                # the operators before it, over others that are or-ed to it
                before = re.sub(r"(?:\(\s*)?(?:\w+\s*\|\s*)*$", "", before)
                if re.search(r"~\s*$", before):
                    continue
                if re.search(r"&\s*$", before):
                    is_asked = True
                else:
                    is_set = True
        if not is_set:
            yield f"{bit} of enum {enum} is set nowhere"
        if not is_asked:
            yield f"{bit} of enum {enum} is asked for nowhere"


# ---- members -------------------------------------------------------------------

STRUCT = re.compile(r"^struct (\w+) \{\n(.*?)^\}", re.M | re.S)
MEMBER = re.compile(r"(\w+)((?:\[[^\]]*\])*)\s*(?=[;,])")


def marked(text, name, members):
    """The header's text with every member deprecated; members[line, member] is the structure's name."""
    plain = without_comments(text)
    lines, at = text.split("\n"), 0
    for struct in STRUCT.finditer(plain):
        first = plain.count("\n", 0, struct.start(2))
        for offset, line in enumerate(struct.group(2).split("\n")):
            at = first + offset
            declares = re.match(r"\t(?!\t)(?:const |volatile |unsigned |struct |enum )*\w[\w ]*?[ *]+(?=\w+[\[;,])", line)
            if not declares or "(" in line or not line.rstrip().endswith(";"):
                continue
            for member in MEMBER.findall(line[declares.end():]):
                members[name, at + 1, member[0]] = struct.group(1)
            lines[at] = line[:declares.end()] + re.sub(MEMBER, lambda m: m.group() + " __attribute__((deprecated))",
                                                       line[declares.end():])
    return "\n".join(lines)


USE = re.compile(r"^(\S+?):(\d+):(\d+): warning: '(\w+)' is deprecated")
NOTE = re.compile(r"^(\S+?):(\d+):\d+: note: '(\w+)' has been explicitly marked deprecated here")


def compile_command(name):
    common = [CLANG, "-fsyntax-only", "-Wdeprecated-declarations", "-ferror-limit=0", "-fno-caret-diagnostics",
              "-fno-color-diagnostics", "-Iinclude", "-Ibpf"]
    if name.startswith("bpf/"):
        multiarch = subprocess.run(["cc", "-print-multiarch"], capture_output=True, text=True).stdout.strip()
        return common + ["-target", "bpf", "-mcpu=v3", "-O2", f"-I/usr/include/{multiarch}", name]
    build = os.environ.get("BUILD", os.path.join(ROOT, "build"))
    return common + ["-Iuser", "-I.", f"-I{os.path.abspath(build)}", "-D_GNU_SOURCE", name]


def diagnose(root, name):
    result = subprocess.run(compile_command(name), cwd=root, capture_output=True, text=True)
    if "error:" in result.stderr:
        raise SystemExit(f"fed: {name} does not compile:\n{result.stderr[:2000]}")
    found, use = set(), None
    for line in result.stderr.split("\n"):
        match = USE.match(line)
        if match:
            use = (os.path.normpath(match[1]), int(match[2]), int(match[3]))
            continue
        match = NOTE.match(line)
        if match and use:
            found.add((use, (os.path.normpath(match[1]), int(match[2]), match[3])))
            use = None
    return found


def accesses(before, after):
    """Is what ends between these texts written, read? A name after a member is a part of it."""
    while True:
        part = re.match(r"\s*\.\s*\w+", after) or re.match(r"\s*\[", after)
        if not part:
            break
        end = part.end()
        if part.group().endswith("["):
            depth = 1
            while depth and end < len(after):
                depth += {"[": 1, "]": -1}.get(after[end], 0)
                end += 1
        after = after[end:]
    if re.match(r"\s*(=(?!=)|\+\+|--|[-+*/%&|^]=|<<=|>>=)", after):
        return True, False
    # back over the rest of the expression, to what it stands in
    before = re.sub(r"(?:\w+(?:\([^()]*\)|\[[^\[\]]*\])*(?:->|\.))+\s*$", "", before)
    if re.search(r"(?<![&\w)\]])\s*&\s*$", before) or re.search(r"\boffsetof\([^()]*$", before):
        return True, True
    if re.search(r"(\+\+|--)$", before):
        return True, False
    if re.search(r"\b(memset|memcpy|memmove|snprintf|strcpy|strncpy|__builtin_memset|__builtin_memcpy)\($", before):
        return True, False
    if re.search(r"\bsizeof\($", before):
        return False, False
    return False, True


def is_array(text, line, member):
    return re.search(rf"\b{member}\[", text.split("\n")[line - 1])


def one_sided_members(source):
    """In a copy, that the compiler is told to find all uses in."""
    members = {}
    with tempfile.TemporaryDirectory() as copy:
        for part in PARTS:
            shutil.copytree(os.path.join(source.root, part), os.path.join(copy, part))
        for name in source.text:
            if (name.startswith("include/") and name.endswith(".h")) or name in USER_HEADERS:
                path = os.path.join(copy, name)
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                with open(path, "w", encoding="utf-8") as file:
                    file.write(marked(text, name, members))
        units = [name for name in source.text if name.endswith(".c") and
                 (name.startswith("user/") or name.endswith(".bpf.c"))]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            found = set().union(*pool.map(lambda name: diagnose(copy, name), units))
        texts = {}
        for name in {use[0] for use, _ in found}:
            with open(os.path.join(copy, name), encoding="utf-8") as file:
                texts[name] = without_comments(file.read().replace(" __attribute__((deprecated))", "")).split("\n")
    written, read = set(), set()
    for (name, line, column), member in found:
        if name not in texts or member not in members:
            continue
        text = texts[name]
        before = " ".join(text[max(0, line - 3):line - 1]) + " " + text[line - 1][:column - 1]
        here = text[line - 1][column - 1:]
        if not here.startswith(member[2]): # inside a macro: what it does with it is not seen here
            written.add(member)
            read.add(member)
            continue
        writes, reads = accesses(before, here[len(member[2]):] + " " + " ".join(text[line:line + 2]))
        # an array that is handed to a function may be for it to fill
        if reads and is_array(source.text[member[0]], member[1], member[2]) and re.search(r"[(,]\s*\S*$", before):
            writes = True
        if writes:
            written.add(member)
        if reads:
            read.add(member)
    # offsetof() tells where a member lies to somebody who takes it from there
    code = "\n".join(source.text.values())
    places = {"offsetof"} | set(re.findall(r"#define (\w+)\([^\n]*\boffsetof\(", code))
    placed = set()
    for call in re.findall(rf"\b(?:{'|'.join(places)})\(([^()]*)\)", code):
        placed.update(re.findall(r"\w+", call))
    # the kernel reads the keys of its maps
    keys = set(re.findall(r"__type\(key, struct (\w+)\)", code))
    for member, struct in sorted(members.items()):
        name = member[2]
        if PADDING.match(name):
            continue
        if member not in written and name not in placed:
            yield f"{name} of struct {struct} is written nowhere"
        if member not in read and name not in placed and struct not in keys:
            yield f"{name} of struct {struct} is read nowhere"


CHECKS = (
    ("every name of a list is counted or told", uncounted),
    ("every bit is set and asked for", one_sided_bits),
    ("every member is written and read", one_sided_members),
)

# Known, and to be mended where it says: told when it no longer holds.
LEFT = {
    "SEG_MSS of enum segment_trait is asked for nowhere": "numbers.h takes the MSS, which is 0 without it",
    "FLOW_RST_IGNORED of enum flow_trait is asked for nowhere": "only scenarios do: a record should tell it",
    "FLOW_ICMP_ERROR of enum flow_trait is asked for nowhere": "only scenarios do: a record should tell it",
}

# ---- the check itself ----------------------------------------------------------

PLANTED = (
    ("include/tcpstate/abi/counters.h", "#define COUNTERS(X) ", '#define COUNTERS(X) X(PLANTED, "planted") '),
    ("include/tcpstate/abi/counters.h", "#define PASSED_OVER(X) ", '#define PASSED_OVER(X) X(PLANTED, "planted") '),
    ("include/tcpstate/abi/segment.h", "enum segment_trait {",
     "enum segment_trait {\n\tSEG_UNSET = 1 << 9,\n\tSEG_UNASKED = 1 << 10,"),
    ("include/tcpstate/abi/settings.h", "struct settings {",
     "struct settings {\n\t__u64 unwritten;\n\t__u64 unread[2];\n\t__u64 unused;"),
    ("bpf/track/count.h", "static __always_inline void count(",
     """static __always_inline __u32 planted(struct settings *set, __u32 what, __u32 traits)
{
	set->unread[set->unwritten & 1]++;
	if (what == COUNT_PLANTED || traits & SEG_UNSET)
		return 0;
	return traits | SEG_UNASKED;
}

static __always_inline void count("""),
)
PLANTS = {
    "PLANTED of COUNTERS", "PLANTED of PASSED_OVER", "SEG_UNSET of enum segment_trait is set",
    "SEG_UNASKED of enum segment_trait is asked for", "unwritten of struct settings is written",
    "unread of struct settings is read", "unused of struct settings is written", "unused of struct settings is read",
}


def plant(copy):
    for part in PARTS:
        shutil.copytree(os.path.join(ROOT, part), os.path.join(copy, part))
    for name, before, after in PLANTED:
        path = os.path.join(copy, name)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if text.count(before) != 1:
            return f"{before!r} is not once in {name}: plant elsewhere"
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.replace(before, after))
    return None


def checks_itself(said_before):
    with tempfile.TemporaryDirectory() as copy:
        why = plant(copy)
        if why:
            return [why]
        source = Source(copy)
        said = {line for _, check in CHECKS for line in check(source)} - said_before
    missing = [f"does not find: {plant}" for plant in sorted(PLANTS) if not any(plant in line for line in said)]
    wrong = [f"finds also: {line}" for line in sorted(said) if not any(plant in line for plant in PLANTS)]
    return missing + wrong


def main():
    source, said, passed, failed = Source(ROOT), set(), 0, 0
    results = []
    for name, check in CHECKS:
        lines = list(check(source))
        said.update(lines)
        results.append((name, [line for line in lines if line not in LEFT]))
    results.append(("what is left to be mended is so still",
                    [f"{line}: no longer" for line in LEFT if line not in said]))
    results.append(("what is planted is found, and nothing else", checks_itself(said)))
    for name, lines in results:
        print(f"{'not ok' if lines else 'ok'} fed: {name}")
        for line in lines:
            print(f"    {line}")
        passed += not lines
        failed += bool(lines)
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
