#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""blind.py --hold CLIENT_NETNS SERVER_NETNS   makes connections, and obeys orders
blind.py NETNS PINS missed|talked           what the observer knows of them
"""
import socket
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/late")
import lab

GOING_ON, CLOSING, NEW = 9301, 9302, 9303
COUNT = 5


class Held:
    def __init__(self, client, server):
        self.client, self.server = lab.Netns(client), lab.Netns(server)
        self.listeners = {port: lab.listen(self.server, 4, port) for port in (GOING_ON, CLOSING, NEW)}
        self.pairs = {}

    def connect(self, port):
        self.pairs[port] = [lab.connect(self.client, self.listeners[port]) for _ in range(COUNT)]
        for end, other in self.pairs[port]:
            lab.exchange(end, other)

    def seen(self):
        self.connect(GOING_ON)
        self.connect(CLOSING)

    def missed(self):
        """Far beyond any window; a FIN; and a whole handshake."""
        for end, other in self.pairs[GOING_ON]:
            lab.transfer(end, other, 20_000_000)
        for end, _ in self.pairs[CLOSING]:
            end.shutdown(socket.SHUT_WR)
        self.connect(NEW)

    def talk(self):
        for port in (GOING_ON, NEW):
            for end, other in self.pairs[port]:
                lab.exchange(end, other)
        for _, other in self.pairs[CLOSING]:
            other.close()
        time.sleep(0.2)


def hold(client, server):
    lab.die_with_parent()
    held = Held(client, server)
    print("ready", flush=True)
    for line in sys.stdin:
        getattr(held, line.strip())()
        print("done", flush=True)


def states(flows, port):
    return [(f["initiator"]["state"], f["responder"]["state"]) for f in flows if f["responder"]["port"] == port]


def main(netns, pins, when):
    watcher = lab.Watcher(f"{netns},/dev/null,{pins}")
    lab.until(lambda: states(watcher.report("flows"), NEW), 5)
    flows = watcher.report("flows")
    if when == "missed":
        lab.check("blind: what was opened meanwhile is known", states(flows, NEW) == [("ESTABLISHED", "ESTABLISHED")] * COUNT and
                  all(f["seeded"] for f in flows if f["responder"]["port"] == NEW), states(flows, NEW))
        lab.check("blind: so is the FIN that was missed", states(flows, CLOSING) == [("FIN_WAIT_2", "CLOSE_WAIT")] * COUNT,
                  states(flows, CLOSING))
        lab.check("blind: and none of these is seeded", not any(f["seeded"] for f in flows
                                                                if f["responder"]["port"] in (GOING_ON, CLOSING)))
        lab.done()
    lab.check("blind: all go on", states(flows, GOING_ON) + states(flows, NEW) == [("ESTABLISHED", "ESTABLISHED")] * 2 * COUNT,
              states(flows, GOING_ON) + states(flows, NEW))
    lab.check("blind: and close", states(flows, CLOSING) == [("TIME_WAIT", "CLOSED")] * COUNT, states(flows, CLOSING))
    lab.check("blind: nothing of it is a stray", not any(f["strays"] for f in flows), [f["strays"] for f in flows if f["strays"]][:2])
    exact = {f["initiator"]["bytes_acked"] for f in flows if f["responder"]["port"] == GOING_ON}
    lab.check("blind: what was missed is counted as acknowledged", exact == {20_000_200}, exact)
    lab.done()


if __name__ == "__main__":
    if sys.argv[1] == "--hold":
        hold(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
