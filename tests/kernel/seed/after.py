#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""after.py WORK CLIENT_NETNS SERVER_NETNS: what was seeded goes on as its socket does.

Both observers' events against the tracepoint's, from the attach on, once
nothing changes any more. As in tests/kernel/oracle/compare.py, a socket that enters
TIME_WAIT is CLOSED for the tracepoint, and a FIN that acknowledges ours leads past
FIN_WAIT_2; so does one that became a small socket in FIN_WAIT_2 (an orphan's).
"""
import os
import sys
import time

sys.path.insert(0, __file__.rsplit("/", 2)[0] + "/late")
sys.path.insert(0, __file__.rsplit("/", 3)[0] + "/lib")
import lab
from sequences import Watched, read_socket_states

ORPHANS = 9009
QUIET, PATIENCE = 2.5, 25  # seconds


def wait_for_quiet(*paths):
    sizes, since, deadline = None, time.monotonic(), time.monotonic() + PATIENCE
    while time.monotonic() - since < QUIET and time.monotonic() < deadline:
        now = [os.path.getsize(path) for path in paths]
        if now != sizes:
            sizes, since = now, time.monotonic()
        time.sleep(0.1)


def without_head(states, was):
    """The tracepoint tells of a request's child from its beginning, ours of the same request."""
    return states[1:] if states[:1] == [was] else states


def agree(kernel, ours):
    """The kernel's way and ours, both since the attach."""
    if kernel == ours:
        return True
    # An orphan's FIN_WAIT_2 is a small socket, too.
    if kernel[-2:] == ["FIN_WAIT_2", "CLOSED"] and ours[-1:] == ["FIN_WAIT_2"]:
        kernel = kernel[:-1]
    # Rule 2: the small socket of TIME_WAIT, which then expires for us.
    if ours[-2:] == ["TIME_WAIT", "CLOSED"]:
        ours = ours[:-1]
    if kernel[-1:] == ["CLOSED"] and ours[-1:] == ["TIME_WAIT"]:
        kernel = kernel[:-1] + ["TIME_WAIT"]
    return kernel == ours or without(kernel) == without(ours)


def without(states):
    """Rule 3."""
    return [s for at, s in enumerate(states) if s != "FIN_WAIT_2" or states[at + 1:at + 2] != ["TIME_WAIT"]]


def compare(name, watched, sockets, local_address):
    wrong, changed = [], 0
    for (local, remote), end in watched.ends.items():
        if not local.startswith(local_address):
            continue
        ways = sockets.get((local, remote), [])
        port = int(max(local, remote, key=lambda at: at.rsplit(":", 1)[1] in map(str, range(9001, 9010))).rsplit(":", 1)[1])
        ours = [s for s, e in zip(end.states, end.events) if e["cause"] not in ("timeout", "socket_gone")]
        if not ways and port == ORPHANS and ours in ([], ["TIME_WAIT"]):
            changed += 1
            continue  # it is a small socket already
        if not ours:
            continue
        first = end.events[0]
        was = next(first[r]["was"] for r in ("initiator", "responder")
                   if f"{first[r]['addr']}" in local and local.endswith(f":{first[r]['port']}"))
        kernel = without_head(ways[0].states, was) if len(ways) == 1 else None
        changed += 1
        if kernel is None or not agree(kernel, ours):
            why = " ".join(f"{e['cause']}:{e['flags']}:{e['sender']}" for e in end.events)
            wrong.append(f"{local} to {remote}: kernel {kernel}, ours {ours} from {was} ({why})")
    untold = [f"{key}: kernel {ways[0].states}" for key, ways in sockets.items()
              if key[0].startswith(local_address) and key not in watched.ends and
              ways[0].states not in (["SYN_RECEIVED"], [])]
    lab.check(f"{name}: {changed} ends go on as their sockets do", changed and not wrong and not watched.problems,
              "; ".join((wrong + watched.problems)[:4]))
    lab.check(f"{name}: no change of a socket is missed", not untold, "; ".join(untold[:4]))


def main(work, *_):
    paths = [f"{work}/{name}" for name in ("client.events", "server.events", "sockets.out")]
    wait_for_quiet(*paths)
    sockets = read_socket_states(paths[2])
    for name, path, addresses in (("client", paths[0], ("10.77.0.1:", "[fd77::1]:")),
                                  ("server", paths[1], ("10.77.0.2:", "[fd77::2]:"))):
        compare(name, Watched(path), sockets, addresses)
    lab.done()


if __name__ == "__main__":
    main(*sys.argv[1:])
