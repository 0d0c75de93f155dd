# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
exported.py SCRAPE FILE: FILE (man page, dashboard or rules) names only metrics that SCRAPE, an answer of /metrics,
has, with labels and values that they have; the man page names all of them. Prints each difference.
"""
import json
import re
import sys

# Labels that Prometheus adds, or that its functions make.
ADDED = {"job", "instance", "le"}
# Labels whose values need not be there yet: of what is attached, or has happened.
OPEN = {"interface", "program", "hook", "version", "abi"}


def scrape(text):
    """{family or series name: {label: set of values}}; a histogram by its own name and those of its series"""
    metrics = {}
    for name in re.findall(r"^# TYPE (\S+) ", text, re.M):
        metrics[name] = {}
    for name, labels in re.findall(r"^(tcpstate_\w+)(?:\{(.*)\})? ", text, re.M):
        for key, value in re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', labels):
            metrics.setdefault(name, {}).setdefault(key, set()).add(value)
        metrics.setdefault(name, {})
    return metrics


def families(text):
    return set(re.findall(r"^# TYPE (\S+) ", text, re.M))


def check_expression(expression, metrics):
    # The rules' own series have a colon in their names.
    for name, selector in re.findall(r"(?<![\w:])(tcpstate_\w+)(?![\w:])(?:\{([^}]*)\})?", expression):
        if name not in metrics:
            yield f"{name} is not exported"
            continue
        for label, operator, value in re.findall(r'(\w+)\s*(=~|!=|!~|=)\s*"([^"]*)"', selector):
            if label in ADDED:
                continue
            have = metrics[name].get(label)
            if have is None:
                yield f"{name} has no label {label}"
            elif label not in OPEN:
                for one in value.split("|") if "~" in operator else [value]:
                    if one not in have:
                        yield f'{name} has no {label}="{one}"'
    names = set(re.findall(r"(?<![\w:])(tcpstate_\w+)(?![\w:])", expression)) & set(metrics)
    known = ADDED.union(*(metrics[name] for name in names))
    for labels in re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expression):
        for label in filter(None, re.split(r"[,\s]+", labels)):
            if label not in known:
                yield f"no metric in {expression!r} has a label {label}"


def rule_expressions(text):
    """Without a YAML parser, which is not installed everywhere: what is in expr: is of one form here."""
    for indent, first, rest in re.findall(r"^( +)expr: (.*)\n((?:\1  .*\n)*)", text, re.M):
        yield first.lstrip("|") + " " + rest


def check_page(text, exported, metrics):
    described = {}
    for name, labels in re.findall(r"^\.It Va (tcpstate_\w+)(?: Ns No \{ Ns Va (.*?) Ns No \})?$", text, re.M):
        described[name] = set(filter(None, re.split(r"[ ,]+", labels)))
    for name in sorted(exported - set(described)):
        yield f"{name} is not in the page"
    for name in sorted(set(described) - exported):
        yield f"{name} is only in the page"
    for name in sorted(exported & set(described)):
        series = metrics.get(name + "_bucket", metrics[name])
        if series and set(series) - {"le"} != described[name]:
            yield f"{name}: labels {sorted(series)} exported, {sorted(described[name])} in the page"


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        text = file.read()
    with open(sys.argv[2], encoding="utf-8") as file:
        subject = file.read()
    metrics, differences = scrape(text), []
    if sys.argv[2].endswith(".8"):
        differences = list(check_page(subject, families(text), metrics))
    elif sys.argv[2].endswith(".json"):
        dashboard = json.loads(subject)
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                differences += check_expression(target["expr"], metrics)
    else:
        for expression in rule_expressions(subject):
            differences += check_expression(expression, metrics)
    print("\n".join(differences) or "nothing differs")
    sys.exit(bool(differences))


main()
