#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""audit.py --hold CLIENT_NETNS SERVER_NETNS   makes connections, and obeys orders
audit.py NETNS PINS before|after [EVENTS]   what the audit makes of them
"""
import json
import socket
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/late")
import lab
import sock_diag
from same import STATES

VANISHING, STAYING, ORPHANED = 9201, 9202, 9203
COUNT = 80  # of each family
FEW = 5
TCP_USER_TIMEOUT = 18
AUDIT = 2   # seconds


class Held:
    def __init__(self, client, server):
        self.client, self.server = lab.Netns(client), lab.Netns(server)
        self.server.sysctl("net.ipv4.tcp_fin_timeout", 3)
        self.ends = {}
        self.kept = []
        for version in (4, 6):
            for port, count in ((VANISHING, COUNT), (STAYING, FEW), (ORPHANED, FEW)):
                listener = lab.listen(self.server, version, port)
                self.kept.append(listener)
                for _ in range(count):
                    end, other = lab.connect(self.client, listener, version)
                    self.ends.setdefault(port, []).append(other)
                    self.kept.append(end)

    def orphan(self):
        """The server's ends are closed, and their peers keep theirs open."""
        for other in self.ends.pop(ORPHANED):
            other.close()

    def send(self):
        """To peers that are gone; nobody waits for long, and no packet says that it is over."""
        for other in self.ends[VANISHING]:
            other.setsockopt(socket.IPPROTO_TCP, TCP_USER_TIMEOUT, 700)
            other.setblocking(False)
            other.send(b"x")


def hold(client, server):
    lab.die_with_parent()
    held = Held(client, server)
    print("ready", flush=True)
    for line in sys.stdin:
        getattr(held, line.strip())()
        print("done", flush=True)


def of(flows, port):
    return [f for f in flows if f["responder"]["port"] == port]


def before(watcher):
    """Nothing but the orphans differs; they are closed once the kernel has dropped them."""
    lab.check("audit: the connections are there", len(of(watcher.report("flows"), VANISHING)) == 2 * COUNT)
    lab.until(lambda: not of(watcher.report("flows"), ORPHANED), 3 + 2 * AUDIT + 4)
    left = of(watcher.report("flows"), ORPHANED)
    audit = watcher.report("status")[0]["audit"]
    lab.check("audit: FIN_WAIT_2 of an orphan that the kernel has dropped is closed", not left, left[:1])
    lab.check("audit: the others agree", audit["agreements"] >= 2 * (COUNT + FEW) and audit["disagreements"] ==
              {"socket_gone": 2 * FEW, "no_socket": 0, "closed_on_wire": 0, "state": 0}, json.dumps(audit))


def after(watcher, netns, events):
    inside = lab.Netns(netns)
    lab.until(lambda: not [s for s in sock_diag.dump(inside, *STATES) if s.local[1] == VANISHING])
    gone = time.monotonic()
    left = [s for s in sock_diag.dump(inside, *STATES) if s.local[1] == VANISHING]
    lab.check("audit: the kernel has given the peers up", not left, left[:1])
    lab.until(lambda: not of(watcher.report("flows"), VANISHING), 60)
    took = time.monotonic() - gone
    # A round begins every AUDIT seconds, waits a second for what may be under way, and is worked off by the second.
    lab.check(f"audit: {2 * COUNT} peers that vanish: their slots are free within two audits",
              not of(watcher.report("flows"), VANISHING) and took < 2 * AUDIT + 4, f"{took:.1f} s")
    flows = watcher.report("flows")
    lab.check("audit: who is there, stays", len(of(flows, STAYING)) == 2 * FEW, len(of(flows, STAYING)))
    audit = watcher.report("status")[0]["audit"]
    lab.check("audit: each is counted once", audit["disagreements"]["socket_gone"] == 2 * (COUNT + FEW) and
              audit["disagreements"]["no_socket"] == 0, json.dumps(audit))
    lab.until(lambda: told(events) == 2 * (COUNT + FEW), 5)
    lab.check("audit: each is told, with its cause", told(events) == 2 * (COUNT + FEW), told(events))
    slots = watcher.report("status")[0]["table"]
    lab.check("audit: their slots are free", slots["unconfirmed"] + slots["confirmed"] + slots["closing"] == len(flows), slots)


def told(path):
    with open(path, encoding="utf-8") as lines:
        return sum(1 for line in lines if '"cause":"socket_gone"' in line)


def main(netns, pins, when, events=None):
    watcher = lab.Watcher(f"{netns},/dev/null,{pins}")
    if when == "before":
        before(watcher)
    else:
        after(watcher, netns, events)
    lab.done()


if __name__ == "__main__":
    if sys.argv[1] == "--hold":
        hold(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
