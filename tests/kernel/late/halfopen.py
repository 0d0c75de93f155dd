#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""halfopen.py WATCHER WATCHER: at the client, at the server. The client's
namespace is cut off, and its sockets are killed: at the client the wire knows of
connections that have no socket, at the server a process goes on talking to
nobody. And an RST that the wire has seen, but the server's kernel did not take."""
import os
import sys
import time

import lab
import sock_diag

PAIRS = 5
NAME = "survivor"

client_ns, server_ns = lab.Netns(os.environ["CLIENT_NS"]), lab.Netns(os.environ["SERVER_NS"])
at_client, at_server = lab.Watcher(sys.argv[1]), lab.Watcher(sys.argv[2])


def found(watcher, what):
    """{ends: row} of those that differ so."""
    rows = watcher.report("halfopen", "--older", "0.3")
    return {frozenset((row[end]["addr"], row[end]["port"]) for end in ("local", "remote")): row
            for row in rows if row.get("what") == what}


NOBODY = (None, None)


def had_it(row):
    """A socket that is gone may be told to have been this process's."""
    return row["comm"] == NAME and row["process"]["past"]


def check_found(name, watcher, what, connections, wire, kernel, process):
    """Just these connections are named, with their states and the process (None: nobody's)."""
    expected = {frozenset(ends) for ends in connections}
    rows = lab.until(lambda: (lambda rows: rows if set(rows) == expected else None)(found(watcher, what))) or \
        found(watcher, what)
    if not lab.check(f"halfopen: {name}: each is named, and no other", set(rows) == expected,
                     f"{len(rows)} of {len(expected)}: {list(rows.values())[:2]}"):
        return
    wrong = [row for row in rows.values() if (row["wire"], row["kernel"]) != (wire, kernel) or
             (row["pid"], row["comm"]) != process and not (process == NOBODY and had_it(row))]
    lab.check(f"halfopen: {name}: states and process", not wrong, wrong[:1])


def cut_off():
    """Nothing that either sends arrives; what the client sends does not even reach its NIC."""
    client_ns.run("ip", "route", "add", "blackhole", "10.77.0.2/32")
    client_ns.run("ip", "-6", "route", "add", "blackhole", "fd77::2/128")
    for version in (4, 6):
        server_ns.run("ip", "neighbour", "replace", lab.CLIENT[version], "dev", "server0", "nud", "permanent",
                      "lladdr", "02:00:00:00:77:99")


def refuse_rst(listener):
    """An RST that the kernel drops for its checksum: an observer does not check that, while live."""
    client, server = lab.connect(client_ns, listener)
    lab.exchange(client, server)
    ends = lab.endpoints(client)
    wire = lab.Wire(server_ns, "server0")
    lab.exchange(client, server)
    last = lab.until(lambda: [s for s in wire.of(*ends) if s.source == ends[0]])[-1]
    wire.close()
    lab.send_segment(client_ns, *ends, lab.RST, last.end, good=False)
    return ends, client, server


def main():
    lab.name_process(NAME)
    process, nobody = (os.getpid(), NAME), NOBODY
    listeners = {version: lab.listen(server_ns, version, 8200) for version in (4, 6)}
    pairs = [lab.connect(client_ns, listeners[version], version) for version in (4, 6) for _ in range(PAIRS)]
    for pair in pairs:
        lab.exchange(*pair)
    ends = [lab.endpoints(client) for client, _ in pairs]
    time.sleep(0.4)
    for what in ("socket_gone", "closed_on_wire", "peer_silent", "unseen"):
        rows = {**found(at_client, what), **found(at_server, what)}
        lab.check(f"halfopen: no {what} while all is well", not rows, list(rows.values())[:1])

    refused, *_kept = refuse_rst(listeners[4])
    check_found("the RST not taken, at the server", at_server, "closed_on_wire", [refused],
                "CLOSED", "ESTABLISHED", process)

    cut_off()
    client_ns.run("ss", "-K", "dport", "8200")
    lab.check("the lab: the client's sockets are dead", not sock_diag.dump(client_ns, sock_diag.ESTABLISHED))
    for _, server in pairs:
        server.sendall(b"is anybody there?")
    check_found("cut off, at the client", at_client, "socket_gone", ends, "ESTABLISHED", None, nobody)
    check_found("cut off, at the server", at_server, "peer_silent", ends, "ESTABLISHED", "ESTABLISHED", process)
    text = at_server.text("halfopen", "--older", "0.3")
    lab.check("halfopen: its text names the process", f"{NAME} ({os.getpid()})" in text, text)
    lab.check("no event was lost", not at_client.lost() and not at_server.lost())
    lab.done()


main()
