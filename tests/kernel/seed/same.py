#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""same.py NETNS PINS NAME COUNT: right after the attach, the reports say what the kernel's sockets are.

COUNT: of each kind and family, so that an empty report passes nothing.
"""
import collections
import re
import sys
import urllib.request

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/late")
import lab
import sock_diag

STATES = {1: "ESTABLISHED", 2: "SYN_SENT", 3: "SYN_RECEIVED", 4: "FIN_WAIT_1", 5: "FIN_WAIT_2", 6: "TIME_WAIT",
          8: "CLOSE_WAIT", 9: "LAST_ACK", 11: "CLOSING"}
# By side: what nine.py has made, in units of COUNT connections and both families.
EXPECTED = {
    "client": {"ESTABLISHED": 4, "SYN_SENT": 2, "FIN_WAIT_1": 2, "FIN_WAIT_2": 6, "TIME_WAIT": 2, "CLOSING": 2},
    "server": {"ESTABLISHED": 4, "SYN_RECEIVED": 2, "FIN_WAIT_1": 2, "CLOSE_WAIT": 4, "LAST_ACK": 2},
}
REMAINING_NS = 20_000_000


class Side:
    def __init__(self, netns, pins, name):
        self.netns, self.pins, self.name = lab.Netns(netns), pins, name
        self.watcher = lab.Watcher(f"{netns},/dev/null,{pins}")

    def sockets(self):
        """{(local, remote): state's name}"""
        return {(s.local, s.remote): STATES[s.state] for s in sock_diag.dump(self.netns, *STATES)
                if s.local[0] not in ("127.0.0.1", "::1")}

    def check(self, what, fine, why=""):
        return lab.check(f"{self.name}: {what}", fine, why)


def end_of(flow, address):
    role = "initiator" if (flow["initiator"]["addr"], flow["initiator"]["port"]) == address else "responder"
    return flow[role]


# A handshake whose SYN or SYN-ACK comes again between the attachment and the walk is known by that: nothing is seeded.
HANDSHAKES = ("SYN_SENT", "SYN_RECEIVED")


def flows_are_sockets(side, sockets, flows):
    wrong = []
    for (local, remote), state in sockets.items():
        flow = flows.get(frozenset((local, remote)))
        if flow is None:
            wrong.append(f"{local} to {remote}: no flow")
        elif end_of(flow, local)["state"] != state or not (flow["seeded"] or state in HANDSHAKES):
            wrong.append(f"{local} to {remote}: {end_of(flow, local)['state']}, and the socket is {state}; "
                         f"seeded: {flow['seeded']}")
    wrong += [f"{sorted(ends)}: no socket" for ends in flows if not any(frozenset(s) == ends for s in sockets)]
    side.check(f"{len(sockets)} sockets in their states, each with its flow", not wrong, "; ".join(wrong[:4]))


def remaining(side, flows):
    timers = sock_diag.timers(side.netns)
    wrong = []
    for (local, remote), timer in timers.items():
        flow = flows.get(frozenset((local, remote)), {})
        wait = flow.get("time_wait")
        if not wait:
            continue
        ours = lab.time_of(flow["ts"]) + int(wait["remaining_ms"] * 1e6)
        off = abs(ours - timer.expires_at)
        if off > REMAINING_NS + timer.error:
            wrong.append(f"{local}: {off / 1e6:.1f} ms off")
    waits = [f for f in flows.values() if f["time_wait"] and end_is_waiting(f)]
    if waits:
        side.check(f"TIME_WAIT ends when the kernel's does, within {REMAINING_NS / 1e6:.0f} ms ({len(waits)} waits)",
                   not wrong, "; ".join(wrong[:4]))


def end_is_waiting(flow):
    return "TIME_WAIT" in (flow["initiator"]["state"], flow["responder"]["state"])


def reports(side, sockets):
    count = collections.Counter(sockets.values())
    states = {row["state"]: row["initiator"] + row["responder"] for row in side.watcher.report("states")
              if row.get("state")}
    flows = side.watcher.report("flows")
    both = collections.Counter(f[role]["state"] for f in flows for role in ("initiator", "responder"))
    side.check("states counts them", all(states.get(s, 0) == both[s] for s in STATES.values()) and
               all(states.get(s, 0) >= n for s, n in count.items()), f"{states}, and sockets {dict(count)}")
    waits = next(r for r in side.watcher.report("timewait") if "waiting" in r or r.get("row") == "total")
    waiting = sum("TIME_WAIT" in (f["initiator"]["state"], f["responder"]["state"]) for f in flows)
    side.check("timewait counts what waits", str(waiting) in re.findall(r"\d+", str(waits)), str(waits))
    leaks = [r for r in side.watcher.report("leaks", "--older", "0.001") if r.get("state")]
    local = sum(r["count"] for r in leaks if r["local"] and r["state"] == "CLOSE_WAIT")
    side.check("leaks finds what was leaked before", local == count["CLOSE_WAIT"],
               f"{local} of {count['CLOSE_WAIT']}: {leaks[:2]}")


def gauges(side, sockets, flows):
    with side.netns, urllib.request.urlopen("http://127.0.0.1:9436/metrics", timeout=10) as answer:
        text = answer.read().decode()
    count = collections.Counter(s.lower() for s in sockets.values())
    found = collections.Counter()
    for state, value in re.findall(r'tcpstate_endpoints\{state="(\w+)",role="\w+",locality="local"\} (\d+)', text):
        found[state] += int(value)
    side.check("the gauges of local ends are the sockets", +found == count, f"{dict(+found)}, not {dict(count)}")
    seeded = re.search(r"tcpstate_seeded_total (\d+)", text)
    told = sum(flow["seeded"] for flow in flows.values())
    side.check("and those that are seeded are counted", seeded and int(seeded[1]) == told > 0,
               f"{seeded and seeded[1]} of {told}")


def main(netns, pins, name, count):
    side = Side(netns, pins, name)
    expected = {state: units * int(count) for state, units in EXPECTED[name].items()}
    sockets = side.sockets()
    flows = side.watcher.table()
    there = collections.Counter(sockets.values())
    side.check("the connections are there", there == expected, f"{dict(there)}, not {expected}")
    flows_are_sockets(side, sockets, flows)
    remaining(side, flows)
    reports(side, sockets)
    if name == "client":
        gauges(side, sockets, flows)
    lab.done()


if __name__ == "__main__":
    main(*sys.argv[1:])
