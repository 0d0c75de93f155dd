# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""man_page.py BINARY PAGE: what the man page says of commands and options is what --help says. Prints each difference."""
import re
import sys

import help_text


def section(page, title):
    return page.split(f"\n.Sh {title}\n")[1].split("\n.Sh ")[0]


def page_groups(page):
    """{title of a section of OPTIONS: {(letter, name): argument}}"""
    groups = {}
    for part in section(page, "OPTIONS").split("\n.Ss ")[1:]:
        title, _, text = part.partition("\n")
        groups[title] = {}
        for item in re.findall(r"^\.It (Fl .*)$", text, re.M):
            match = re.fullmatch(r"(?:Fl (\w) , )?Fl -([a-z-]+)(?: (Op )?Ar (\S+))?", item)
            argument = match and match[4] and (f"[{match[4]}]" if match[3] else match[4])
            if not match:
                print(f"{title}: cannot read .It {item}")
                continue
            groups[title][match[1], match[2]] = argument
    return groups


def page_commands(page):
    """{command: (whether it takes words, [titles of its groups])}"""
    commands = {}
    for part in section(page, "COMMANDS").split("\n.It Cm ")[1:]:
        line = part.partition("\n")[0]
        listed = part.split("\nOptions:\n")[1]
        commands[line.split()[0]] = (" Ar " in line, re.findall(r"^\.Sx (.*?) [.,]$", listed, re.M))
    return commands


def main():
    binary, path = sys.argv[1:]
    page = open(path, encoding="utf-8").read()
    in_page, in_help = page_commands(page), help_text.commands(binary)
    differences = []
    if list(in_page) != in_help:
        differences.append(f"commands: in the page {list(in_page)}, in --help {in_help}")
    all_groups = {}
    for command in set(in_help) & set(in_page):
        groups = help_text.options(binary, command)
        takes_words, titles = in_page[command]
        if sorted(titles) != sorted(groups):
            differences.append(f"{command}: in the page {titles}, in --help {list(groups)}")
        if takes_words != bool(help_text.usage(binary, command)):
            differences.append(f"{command}: takes arguments in only one of the page and --help")
        for title, options in groups.items():
            all_groups.setdefault(title, {}).update(options)
    described = page_groups(page)
    for title in sorted(set(described) | set(all_groups)):
        page_has, help_has = described.get(title, {}), all_groups.get(title, {})
        for option in sorted(set(page_has) | set(help_has), key=str):
            if option not in page_has:
                differences.append(f"{title}: --{option[1]} is not in the page")
            elif option not in help_has:
                differences.append(f"{title}: --{option[1]} is only in the page")
            elif page_has[option] != help_has[option]:
                differences.append(f"--{option[1]}: {page_has[option]} in the page, {help_has[option]} in --help")
    print("\n".join(differences))
    sys.exit(bool(differences))


main()
