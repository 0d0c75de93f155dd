# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""What we say of a capture: the flow records of replay, and who sent the first FIN and RST of each."""

import json
import subprocess
from calendar import timegm
from time import strptime

SECOND = 10**9
ROLES = ("initiator", "responder")


def rfc3339_ns(text):
    whole, _, fraction = text.rstrip("Z").partition(".")
    return timegm(strptime(whole, "%Y-%m-%dT%H:%M:%S")) * SECOND + int((fraction + "0" * 9)[:9])


def endpoint(end):
    return end["addr"], end["port"]


class Flow:
    """One incarnation: its record, and its changes of state in order."""

    def __init__(self, record, changes):
        self.record, self.changes = record, changes
        self.start = rfc3339_ns(record["start"])
        self.initiator = endpoint(record["initiator"])
        self.roles_seen = record["roles"] == "seen"
        self.simultaneous = record["close"]["simultaneous"]
        self.conn_state = record["conn_state"]

    @property
    def tuple(self):
        return frozenset(endpoint(self.record[role]) for role in ROLES)

    def by_end(self, key):
        return {endpoint(self.record[role]): self.record[role][key] for role in ROLES}

    def first_sender(self, flag, counter):
        """
        Who sent the first FIN ("F", "fins") or RST ("R", "rsts"). It changes a
        state; one that does not leaves only its count.
        """
        for change in self.changes:
            if flag in (change["flags"] or ""):
                return endpoint(change[change["sender"]])
        senders = [end for end, count in self.by_end(counter).items() if count]
        return senders[0] if len(senders) == 1 else None


class ReplayFailed(Exception):
    pass


def replay(program, path, options):
    """The flows of a capture, in the order of their records."""
    command = [program, "replay", "--json", "--events", "state,flow", *options, path]
    try:
        result = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise ReplayFailed(f"{program}: {error.strerror}") from error
    if result.returncode:
        raise ReplayFailed(f"exit status {result.returncode}: {result.stderr.strip()}")
    changes, flows = {}, []
    for line in result.stdout.splitlines():
        event = json.loads(line)
        if event["event"] == "state":
            changes.setdefault(event["flow"], []).append(event)
        elif event["event"] == "flow":
            flows.append(Flow(event, changes.get(event["flow"], [])))
        else:
            raise ReplayFailed(f"an event that was not asked for: {line}")
    return flows
