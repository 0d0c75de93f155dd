# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Breaks of the house's rules, each planted in a copy and taken out again. Each says what the check missed of it."""
import os
import subprocess

import rules


class Copy:
    """A copy of the tree in which one break is planted."""

    def __init__(self, tree, folder):
        self.tree, self.folder, self.before = tree, folder, {}
        self.own = tree.copy(folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def change(self, name, text, first=False):
        """Text added to a file at its end, or as its first lines; a file that is not there is made."""
        path = self.path(name)
        old = None
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                old = file.read()
        self.before.setdefault(name, old)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + (old or "") if first else (old or "") + text)

    def link(self, name, target):
        self.before[name] = None
        os.symlink(target, self.path(name))

    def replace(self, name, old, new):
        with open(self.path(name), encoding="utf-8") as file:
            text = file.read()
        assert old in text, f"{name} has no {old}"
        self.before.setdefault(name, text)
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write(text.replace(old, new, 1))

    def look(self):
        """Asks the compiler again about what reads a changed file."""
        again = set()
        for name in self.before:
            readers = sorted(source for source, read in self.own.closure.items() if name in read or name == source)
            again.update(readers[:1])
        self.own.look(again)
        return self

    def restore(self):
        for name, text in self.before.items():
            if text is None:
                os.unlink(self.path(name))
            else:
                with open(self.path(name), "w", encoding="utf-8") as file:
                    file.write(text)
        return self

    def object(self, source):
        """The source as an object of its own."""
        made = self.path("planted.o")
        flags = [flag for flag in self.own.flags[source] if flag != "-target"]
        subprocess.run(["cc", *flags, "-w", "-c", source, "-o", made], cwd=self.folder, check=True)
        return made


def expects(check, line, plant):
    """A break: once planted, this check says something that begins with that line, which it did not before."""
    def run(copy):
        def says():
            return [said for said in check(copy.own) if said.startswith(line)]

        before = says()
        try:
            plant(copy)
            copy.look()
            after = says()
        finally:
            copy.restore()
        if before:
            return [f"said of the tree itself: {before[0]}"]
        return [] if after else [f"not found: {line}"]
    return run


def includes(file, spelled, *flags, name="user/options/parser.h", before=lambda copy: None, lines=None):
    """A file that includes what it never may, spelled so, with these flags."""
    def plant(copy):
        before(copy)
        copy.change(file, lines or f"#include {spelled}\n", first=True)
        if file in copy.own.flags:
            copy.own.flags[file] = copy.own.flags[file] + list(flags)
    return expects(rules.nevers, f"{file} includes {name}: ", plant)


def calls(source, text, line):
    def run(copy):
        try:
            copy.change(source, text)
            said = list(rules.libbpf_callers(copy.own, {source: copy.object(source)}))
        finally:
            copy.restore()
        return [] if any(one.startswith(line) for one in said) else [f"not found: {line}"]
    return run


RING, NAMES = "user/kernel/ring.c", "user/flow/names.c"
CALL = "#include <bpf/bpf.h>\nint planted(void);\nint planted(void)\n{\n\treturn bpf_obj_get(\"x\");\n}\n"
AS_VALUE = "#include <bpf/bpf.h>\nextern void *planted;\nvoid *planted = (void *)bpf_obj_get;\n"

BREAKS = (
    ("an include as all others are", includes(RING, '"options/parser.h"')),
    ("an include by ../", includes(RING, '"../options/parser.h"')),
    ("an include by its way around", includes(RING, '"../../user/top/../options/./parser.h"')),
    ("an include in angle brackets", includes(RING, "<options/parser.h>")),
    ("an include by its bare name, with a flag that makes it resolve", includes(RING, '"parser.h"', "-Iuser/options")),
    ("an include by its bare name, with the flag in two words", includes(RING, '"parser.h"', "-iquote", "user/options")),
    ("an include by a macro", includes(RING, "", lines='#define OF "options/parser.h"\n#include OF\n')),
    ("an include by a flag", includes(RING, "", "-include", "user/options/parser.h", lines="\n")),
    ("an include through a link", includes(RING, '"planted.h"', before=lambda copy: copy.link(
        "user/kernel/planted.h", "../options/parser.h"))),
    ("an include that the guard skips", includes(RING, "", lines='#define OPTIONS_PARSER_H\n#include "options/parser.h"\n')),
    ("an include of a header, not of a source", includes("user/kernel/ring.h", '"options/parser.h"')),
    ("an include of base's", includes("user/base/words.c", '"flow/names.h"', name="user/flow/names.h")),
    ("an include of a command's", includes("user/replay/queue.c", '"commands/report_printer.h"',
                                           name="user/commands/report_printer.h")),
    ("an include that the table does not allow", expects(
        rules.as_the_table_says, "user/pins/layout.c includes user/events/log.h: ",
        lambda copy: copy.change("user/pins/layout.c", '#include "../events/log.h"\n'))),
    ("an include of the tests by the product", expects(
        rules.between_parts, "user/flow/names.c includes tests/pure/native/tracker.h: ",
        lambda copy: copy.change(NAMES, '#include "../../tests/pure/native/tracker.h"\n', first=True))),
    ("an include of user/ by include/", expects(
        rules.between_parts, "include/tcpstate/units.h includes user/base/words.h: ",
        lambda copy: copy.change("include/tcpstate/units.h", '#include "../../user/base/words.h"\n'))),
    ("an include of bpf/ by include/", expects(
        rules.between_parts, "include/tcpstate/units.h includes bpf/parse/headers.h: ",
        lambda copy: copy.change("include/tcpstate/units.h", '#include "../../bpf/parse/headers.h"\n'))),
    ("an include of the tracker by the parser", expects(
        rules.between_parts, "bpf/parse/tcp.h includes bpf/track/clock.h: ",
        lambda copy: copy.change("bpf/parse/tcp.h", '#include "track/clock.h"\n'))),
    ("an include of user/ by bpf/", expects(
        rules.between_parts, "bpf/track/clock.h includes user/base/words.h: ",
        lambda copy: copy.change("bpf/track/clock.h", '#include "../../user/base/words.h"\n'))),
    ("a circle of two headers", expects(
        rules.circles, "a circle: user/base/out, user/base/words",
        lambda copy: (copy.change("user/base/words.h", '#include "out.h"\n'),
                      copy.change("user/base/out.h", '#include "base/words.h"\n')))),
    ("a circle of a source and the header of another", expects(
        rules.circles, "a circle: user/base/histogram, user/base/text_grid",
        lambda copy: (copy.change("user/base/histogram.c", '#include "text_grid.h"\n'),
                      copy.change("user/base/text_grid.h", '#include "histogram.h"\n')))),
    ("a call of libbpf in flow/", calls(NAMES, CALL, f"{NAMES} calls libbpf (bpf_obj_get)")),
    ("libbpf's function as a value in host/", calls("user/host/netns.c", AS_VALUE, "user/host/netns.c calls libbpf")),
    ("an entry of what is known that is so no more", lambda copy: [] if list(
        rules.known_no_more([], ["user/flow/names.c"])) else ["not found"]),
    ("a file flat in user/", expects(rules.no_file_flat, "user/planted.c lies in no folder",
                                     lambda copy: copy.change("user/planted.c", "\n"))),
    ("a long file without a reason", expects(rules.long_files, f"{NAMES} has ",
                                             lambda copy: copy.change(NAMES, "\n" * 400))),
    ("a reason that is needed no more", expects(
        rules.long_files, "user/serve/metrics.c has 0 lines, and needs no reason",
        lambda copy: (copy.change("user/serve/metrics.c", ""), open(copy.path("user/serve/metrics.c"), "w").close()))),
    ("a key of JSON by hand", expects(rules.one_json_writer, f"{NAMES}:", lambda copy: copy.change(
        NAMES, 'const char planted[] = ",\\"planted\\":";\n'))),
    ("a key of JSON by hand, in a format", expects(rules.one_json_writer, f"{NAMES}:", lambda copy: copy.change(
        NAMES, 'const char planted[] = "{\\"%s\\":%llu}";\n'))),
    ("a header that nothing includes", expects(rules.all_read, "user/flow/planted.h is compiled into nothing",
                                               lambda copy: copy.change("user/flow/planted.h", "\n"))),
    ("a tour to a file that is not there", expects(
        rules.named_files, "user/ARCHITECTURE.md names user/live/nowhere.c",
        lambda copy: copy.replace(rules.ARCHITECTURE, "`user/live/monitor.c`", "`user/live/nowhere.c`"))),
    ("a table with two directions", expects(
        rules.one_direction, "user/ARCHITECTURE.md: base may include flow",
        lambda copy: copy.replace(rules.ARCHITECTURE, "histogram, JSON | - |", "histogram, JSON | flow |"))),
    ("a folder that the table does not know", expects(
        rules.one_direction, "user/ARCHITECTURE.md: flow is not in the table",
        lambda copy: copy.replace(rules.ARCHITECTURE, "| `flow` |", "| flow |"))),
    ("a table that allows what never may be", expects(
        rules.nevers_in_table, "user/ARCHITECTURE.md: serve may include live",
        lambda copy: copy.replace(rules.ARCHITECTURE, "kernel events findings |", "kernel events findings live |"))),
)
