# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
dashboard.py DASHBOARD: what Grafana expects of a dashboard file; prints each fault.
dashboard.py --rules DASHBOARD: its expressions, as a file of recording rules, for promtool to parse.
"""
import json
import re
import sys

PANELS = {"row", "timeseries", "stat", "heatmap", "table"}
# Of Grafana's own, in expressions; any value of their kind will do to parse them.
VARIABLES = {"$__rate_interval": "5m", "$__range": "1h", "$job": "j", "$instance": "i"}
WIDTH = 24


def expressions(dashboard):
    """(panel's title, expression)"""
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]
    for annotation in dashboard["annotations"]["list"]:
        if "expr" in annotation:
            yield annotation["name"], annotation["expr"]


def rules(dashboard):
    group = []
    for number, (_, expression) in enumerate(expressions(dashboard)):
        for variable, value in VARIABLES.items():
            expression = expression.replace(variable, value)
        group.append({"record": f"expression:{number}", "expr": expression})
    return {"groups": [{"name": "dashboard", "rules": group}]}


def overlap(a, b):
    return a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"] and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]


def faults(dashboard):
    for key in ("uid", "title", "schemaVersion", "panels", "templating", "time", "annotations"):
        if key not in dashboard:
            yield f"no {key}"
    if dashboard["id"] is not None:
        yield "id: must be null, for Grafana to give it one"
    if dashboard["schemaVersion"] < 36:
        yield "schemaVersion: older than Grafana 9's"
    variables = {variable["name"]: variable["type"] for variable in dashboard["templating"]["list"]}
    if variables != {"datasource": "datasource", "job": "query", "instance": "query"}:
        yield f"variables: {variables}"
    ids = [panel["id"] for panel in dashboard["panels"]]
    if len(set(ids)) != len(ids):
        yield "two panels have one id"
    for index, panel in enumerate(dashboard["panels"]):
        title, place = panel["title"], panel["gridPos"]
        if panel["type"] not in PANELS:
            yield f"{title}: unknown type {panel['type']}"
        if place["x"] + place["w"] > WIDTH:
            yield f"{title}: wider than the page"
        for other in dashboard["panels"][:index]:
            if overlap(place, other["gridPos"]):
                yield f"{title}: lies over {other['title']}"
        if panel["type"] == "row":
            continue
        if panel["datasource"]["uid"] != "${datasource}":
            yield f"{title}: another data source"
        if not panel["targets"]:
            yield f"{title}: shows nothing"
        if len({target["refId"] for target in panel["targets"]}) != len(panel["targets"]):
            yield f"{title}: two targets have one refId"
        if "unit" not in panel["fieldConfig"]["defaults"] and panel["type"] not in ("table", "heatmap"):
            yield f"{title}: no unit"
        for target in panel["targets"]:
            # What an aggregation keeps, if there is one.
            kept = re.findall(r"\bby \(([^)]*)\)", target["expr"])
            for label in re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]):
                aggregates = re.search(r"\b(sum|max|min)\b", target["expr"])
                if aggregates and not any(label in re.split(r"[, ]+", labels) for labels in kept):
                    yield f"{title}: the legend's {label} is lost by {target['expr']}"
    for title, expression in expressions(dashboard):
        selectors = re.findall(r"\btcpstate_[a-z_]+(\{[^}]*\})?", expression)
        if not selectors or any('job=~"$job", instance=~"$instance"' not in s for s in selectors):
            yield f"{title}: does not choose by job and instance: {expression}"
        if set(re.findall(r"\$\w+", expression)) - set(VARIABLES):
            yield f"{title}: unknown variable in {expression}"


def main():
    with open(sys.argv[-1], encoding="utf-8") as file:
        dashboard = json.load(file)
    if sys.argv[1] == "--rules":
        print(json.dumps(rules(dashboard)))  # which is YAML, too
        return
    found = list(faults(dashboard))
    print("\n".join(found))
    sys.exit(bool(found))


main()
