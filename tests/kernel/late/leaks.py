#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""leaks.py WATCHER: at the server. One server there forgets to close what its
clients have closed; another does not. leaks names the one, with the number of
connections, how long the oldest has lingered, and the process."""
import os
import signal
import sys
import time

import lab
import sock_diag
import stalls

LEAKED = 50
NAME = "leaky-server"

machine = stalls.Stalls()
client_ns, server_ns = lab.Netns(os.environ["CLIENT_NS"]), lab.Netns(os.environ["SERVER_NS"])
watcher = lab.Watcher(sys.argv[1])


def leaky_server(listener):
    """A process that accepts, and never closes."""
    pid = os.fork()
    if not pid:
        lab.name_process(NAME)
        lab.die_with_parent()
        kept = []
        while True:
            kept.append(listener.accept())
    return pid


def leaks(*options):
    return watcher.report("leaks", "--older", "0.5", *options)


def close_waits(rows):
    return [row for row in rows if row["state"] == "CLOSE_WAIT"]


def check_row(name, row, port, pid, youngest, oldest):
    """youngest, oldest: ms that it may be old."""
    lab.check(f"{name}: where, and of which process", (row["end"]["port"], row["role"], row["pid"], row["comm"]) ==
              (port, "responder", pid, NAME), row)
    lab.check(f"{name}: how many", row["count"] == LEAKED and row["orphans"] == 0 and row["gone"] == 0, row)
    tolerance = machine.widen(200)
    lab.check(f"{name}: how old the oldest is", youngest - tolerance < row["oldest_ms"] < oldest + tolerance,
              f"{row['oldest_ms']}, not {youngest:.0f} to {oldest:.0f} ms")


def main():
    leaking = [lab.listen(server_ns, version, 8100) for version in (4, 6)]
    sound = lab.listen(server_ns, 4, 8101)
    pids = [leaky_server(listener) for listener in leaking]
    try:
        live = [lab.connect(client_ns, sound) for _ in range(10)]
        lab.check("leaks: nothing yet", not leaks(), leaks())
        clients = [lab.connect_only(client_ns, version, 8100) for version in (4, 6) for _ in range(LEAKED)]
        lab.until(lambda: len(sock_diag.dump(server_ns, sock_diag.ESTABLISHED)) == 2 * LEAKED + len(live))
        before = time.monotonic()
        for client in clients:
            client.close()
        after = time.monotonic()
        lab.until(lambda: len(sock_diag.dump(server_ns, sock_diag.CLOSE_WAIT)) == 2 * LEAKED)
        for client, server in live[:5]:
            lab.close(client, server)
        time.sleep(0.8)
        asked = time.monotonic()
        found = close_waits(leaks())
        answered = time.monotonic()
        rows = {row["end"]["addr"]: row for row in found}
        lab.check("leaks: one row for each that leaks", len(found) == 2 and set(rows) == set(lab.SERVER.values()), found)
        for version, pid in zip((4, 6), pids):
            if lab.SERVER[version] in rows:
                check_row(f"leaks, IPv{version}", rows[lab.SERVER[version]], 8100, pid,
                          (asked - after) * 1000, (answered - before) * 1000)
        text = watcher.text("leaks", "--older", "0.5")
        lab.check("leaks: its text names the process", f"{NAME} ({pids[0]})" in text, text)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
    gone = lab.until(lambda: not close_waits(leaks()))
    lab.check("leaks: nothing any more once the process is gone", gone, close_waits(leaks()))
    lab.check("no event was lost", not watcher.lost())
    lab.done()


main()
