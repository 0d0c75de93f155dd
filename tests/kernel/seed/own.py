#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Both ends in one namespace, over lo, and connections that pass another interface.

own.py --hold CLIENT_NETNS SERVER_NETNS   makes them, and obeys "talk"
own.py NETNS PINS_LO PINS_PORT            what the two observers have been seeded with
own.py --talked NETNS PINS_LO             and after that
"""
import json
import socket
import sys

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/late")
import lab
import sock_diag
from same import STATES, end_of

OPEN, HALF, WAIT, CHOSEN, OTHER = 9111, 9112, 9113, 9101, 9102
OWN = {4: "127.0.0.1", 6: "::1"}
COUNT = 5


def hold(client, server):
    """COUNT of each kind and family."""
    lab.die_with_parent()
    client, server = lab.Netns(client), lab.Netns(server)
    kept, talking = [], []
    for version in (4, 6):
        for port in (OPEN, HALF, WAIT):
            listener = lab.listen(server, version, port)
            kept.append(listener)
            for _ in range(COUNT):
                end, other = lab.connect(server, listener, version, address=OWN[version])
                lab.exchange(end, other)
                kept += [end, other]
                if port == OPEN:
                    talking.append((end, other))
                elif port == HALF:
                    end.shutdown(socket.SHUT_WR)
                    other.recv(1)
                else:
                    lab.close(end, other)
        for port in (CHOSEN, OTHER):
            listener = lab.listen(server, version, port)
            kept.append(listener)
            for _ in range(COUNT):
                kept += lab.connect(client, listener, version)
    print("ready", flush=True)
    for _ in sys.stdin:
        for end, other in talking:
            lab.exchange(end, other, 3000)
            lab.exchange(end, other, 3000)
        print("done", flush=True)


def counters(netns, pins):
    watcher = lab.Watcher(f"{netns},/dev/null,{pins}")
    return watcher, watcher.report("status")[0]


def seeded(netns, pins_lo, pins_port):
    inside = lab.Netns(netns)
    watcher, status = counters(netns, pins_lo)
    flows = watcher.table()
    sockets = [s for s in sock_diag.dump(inside, *STATES) if s.local[0] in OWN.values()]
    wrong = []
    for s in sockets:
        flow = flows.get(frozenset((s.local, s.remote)))
        if not flow or end_of(flow, s.local)["state"] != STATES[s.state]:
            wrong.append(f"{s.local} to {s.remote}: {STATES[s.state]}, and the flow is {flow and end_of(flow, s.local)}")
    lab.check(f"own: {len(sockets)} sockets on lo are the ends of {len(flows)} flows",
              not wrong and len(flows) == 2 * 3 * COUNT and len(sockets) == 2 * 5 * COUNT, "; ".join(wrong[:3]))
    two = [f for f in flows.values() if not f["inferred"] and f["seeded"] and
           "TIME_WAIT" not in (f["initiator"]["state"], f["responder"]["state"])]
    lab.check("own: where both have a socket, nothing is inferred", len(two) == 2 * 2 * COUNT, len(two))
    lab.check("own: one flow for both", status["counters"]["seeded"] == len(flows), status["counters"]["seeded"])
    lab.check("own: who does not pass lo is counted as not watched",
              status["not_seeded"]["not_watched"] == 4 * COUNT and sum(status["not_seeded"].values()) == 4 * COUNT,
              json.dumps(status["not_seeded"]))

    watcher, status = counters(netns, pins_port)
    flows = watcher.report("flows")
    lab.check("own: --track chooses what is seeded", len(flows) == 2 * COUNT and
              all(f["responder"]["port"] == CHOSEN for f in flows), len(flows))
    lab.check("own: the others are counted, by why", status["not_seeded"]["not_tracked"] == 2 * COUNT and
              status["not_seeded"]["not_watched"] == 2 * 5 * COUNT, json.dumps(status["not_seeded"]))
    lab.done()


def talked(netns, pins_lo):
    watcher, status = counters(netns, pins_lo)
    flows = [f for f in watcher.report("flows") if f["responder"]["port"] == OPEN]
    lab.check("own: they go on, and are one flow each still", len(flows) == 2 * COUNT and
              all(f["initiator"]["state"] == "ESTABLISHED" and f["responder"]["state"] == "ESTABLISHED" and
                  f["initiator"]["packets"] > 1 and f["responder"]["packets"] > 1 for f in flows), flows[:1])
    whole = {role: {f[role]["bytes_acked"] for f in flows} for role in ("initiator", "responder")}
    lab.check("own: bytes are counted from the connection's beginning", whole == {"initiator": {6100}, "responder": {6100}},
              whole)
    again = [f for f in flows if f["initiator"]["retransmits"] or f["responder"]["retransmits"] or f["strays"]]
    lab.check("own: nothing of it is a stray, or sent again", not again and not status["counters"]["out_of_window"],
              again[:1])
    lab.done()


if __name__ == "__main__":
    if sys.argv[1] == "--hold":
        hold(*sys.argv[2:])
    elif sys.argv[1] == "--talked":
        talked(*sys.argv[2:])
    else:
        seeded(*sys.argv[1:])
