#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""check.py WHAT DIR: is what the daemon counted what there was, to the unit?

DIR has what a test put there: `series` (series.py), `totals` (what the load
generator printed), `captured` (captured.py), `flows` and `status` (of the command,
--json), `frames` (of the interface: received, sent), `retransmits` (TcpRetransSegs of
the client's and the server's kernel: 0, unless the machine is so busy that an ACK
takes 200 ms). WHAT is one of the functions below.
"""
import collections
import json
import os
import sys

from series import Series


class Evidence:
    def __init__(self, folder):
        self.folder = folder
        self.series = Series(self.path("series"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def lines(self, name):
        with open(self.path(name)) as lines:
            return [json.loads(line) for line in lines]

    def totals(self):
        return self.lines("totals")[-1]

    def retransmits(self):
        return sum(self.lines("retransmits"))

    def payload(self):
        """What the applications have sent; on the wire it may be more with retransmissions."""
        totals = self.totals()
        sent = totals["client_bytes"] + totals["server_bytes"]
        if self.retransmits():
            return max(sent, self.series.sum("tcpstate_payload_bytes_total"))
        return sent


def differences(what, expected, found):
    """Of two {key: number}; zero is the same as absent."""
    for key in sorted(set(expected) | set(found)):
        if expected.get(key, 0) != found.get(key, 0):
            yield "%s %s: expected %d, counted %d" % (what, key, expected.get(key, 0), found.get(key, 0))


class Kinds:
    """The generator's connections by what they go through."""

    def __init__(self, totals):
        ways = totals["ways"]
        holding = totals["phase"] == "holding"
        self.all = totals["opened"]
        self.refused = ways["refused"]
        self.reset = ways["client_reset"] + ways["server_reset"]
        self.open = self.half_closed = 0
        if holding:  # half of them are half-closed
            self.half_closed = totals["holding"] // 2
            self.open = totals["holding"] - self.half_closed
        self.closed = self.all - self.refused - self.reset - self.open - self.half_closed


def closes(e):
    expected = {tuple(kind.split("_")): number for kind, number in e.totals()["closes"].items()}
    return differences("closes", expected, e.series.by("tcpstate_closes_total", "by", "how"))


def transitions(e):
    kinds = Kinds(e.totals())
    established = kinds.all - kinds.refused
    fins = kinds.closed + kinds.half_closed
    # A FIN that acknowledges the other leads from FIN_WAIT_1 to TIME_WAIT. Not so at the
    # clients' end: it is remote here, and has the server's FIN when it acknowledges it.
    direct = e.lines("captured")[0]["fin_acked_by_clients_fin"]
    expected = {
        ("closed", "syn_sent"): kinds.all,
        ("syn_sent", "established"): established,
        ("syn_sent", "closed"): kinds.refused,
        ("listen", "syn_received"): established,
        ("listen", "closed"): kinds.refused,
        ("syn_received", "established"): established,
        ("established", "fin_wait_1"): fins,
        ("established", "close_wait"): fins,
        ("established", "closed"): 2 * kinds.reset,
        ("fin_wait_1", "fin_wait_2"): fins - direct,
        ("fin_wait_1", "time_wait"): direct,
        ("fin_wait_2", "time_wait"): kinds.closed - direct,
        ("close_wait", "last_ack"): kinds.closed,
        ("last_ack", "closed"): kinds.closed,
    }
    return differences("transitions", expected, e.series.by("tcpstate_transitions_total", "from", "to"))


def segments(e):
    captured = e.lines("captured")[0]
    received, sent = e.lines("frames")[0]
    kinds = Kinds(e.totals())
    total = e.series.sum
    expected = {
        "segments captured": captured["segments"],
        "frames received by the interface": received,
        "frames sent by the interface": sent,
        "payload captured": captured["payload_bytes"],
        "payload that the applications sent": e.payload(),
        "segments and frames passed over": received + sent,
        "flows": kinds.all,
        "resets": captured["rst"],
        "TIME_WAITs": kinds.closed,
    }
    found = {
        "segments captured": total("tcpstate_segments_total"),
        "frames received by the interface": total("tcpstate_frames_total", direction="rx"),
        "frames sent by the interface": total("tcpstate_frames_total", direction="tx"),
        "payload captured": total("tcpstate_payload_bytes_total"),
        "payload that the applications sent": total("tcpstate_payload_bytes_total"),
        "segments and frames passed over": total("tcpstate_segments_total") +
                                           total("tcpstate_frames_passed_over_total"),
        "flows": total("tcpstate_flows_opened_total"),
        "resets": total("tcpstate_resets_total"),
        "TIME_WAITs": total("tcpstate_time_waits_started_total"),
    }
    return differences("", expected, found)


def histograms(e):
    kinds = Kinds(e.totals())
    total = e.series.sum
    expected = {
        "SYN to SYN-ACK": kinds.all - kinds.refused,
        "SYN-ACK to ACK": kinds.all - kinds.refused,
        "duration": kinds.closed + kinds.reset + kinds.refused,
        "time to first FIN": kinds.closed + kinds.half_closed,
    }
    found = {
        "SYN to SYN-ACK": total("tcpstate_handshake_seconds_count", part="syn_to_synack"),
        "SYN-ACK to ACK": total("tcpstate_handshake_seconds_count", part="synack_to_ack"),
        "duration": total("tcpstate_connection_duration_seconds_count"),
        "time to first FIN": total("tcpstate_time_to_first_fin_seconds_count"),
    }
    yield from differences("times counted,", expected, found)
    for metric in ("tcpstate_connection_duration_seconds", "tcpstate_time_to_first_fin_seconds"):
        if total(metric + "_bucket", le="+Inf") != total(metric + "_count"):
            yield "%s: the last bucket is not the count" % metric


def gauges(e):
    """Endpoints by state and role, and table entries, as the flows say themselves."""
    flows = collections.Counter()
    for flow in e.lines("flows"):
        if flow["event"] == "flow":
            for role, locality in (("initiator", "remote"), ("responder", "local")):
                flows[flow[role]["state"].lower(), role, locality] += 1
    if not flows:
        yield "there are no flows to compare with"
    yield from differences("endpoints", flows,
                           e.series.by("tcpstate_endpoints", "state", "role", "locality"))
    table = e.lines("status")[0]["table"]
    expected = {(name,): table[name] for name in ("unconfirmed", "confirmed", "closing")}
    yield from differences("table entries", expected, e.series.by("tcpstate_table_entries", "class"))


def held(e):
    """What is held is in the states that it is held in."""
    kinds = Kinds(e.totals())
    at = {state: e.series.sum("tcpstate_endpoints", state=state)
          for state in ("established", "close_wait", "fin_wait_2")}
    return differences("held", {"established": 2 * kinds.open, "close_wait": kinds.half_closed,
                                "fin_wait_2": kinds.half_closed}, at)


def nothing_amiss(e):
    """What would make all other sums worth less."""
    zero = ["tcpstate_table_refusals_total", "tcpstate_table_evictions_total", "tcpstate_events_lost_total"]
    if not e.retransmits():
        zero += ["tcpstate_strays_total", "tcpstate_segments_refused_total"]
    for metric in zero:
        yield from differences(metric, {}, e.series.by(metric, "reason", "kind", "class", "type"))
    of_client, of_server = e.lines("retransmits")
    counted = e.series.sum("tcpstate_retransmits_total") + e.series.sum("tcpstate_syn_retransmits_total")
    # The server's kernel also counts those of whoever asked for the metrics, on lo.
    if not of_client <= counted <= of_client + of_server:
        yield "%d retransmits, the kernels had %d and %d" % (counted, of_client, of_server)


def untracked(e):
    """No connection went by untracked, none was counted twice, however often the daemon ended."""
    kinds = Kinds(e.totals())
    return differences("", {
        "flows": kinds.all,
        "segments of no flow": 0,
        "table refusals": 0,
    }, {
        "flows": e.series.sum("tcpstate_flows_opened_total"),
        "segments of no flow": e.series.sum("tcpstate_frames_passed_over_total", reason="no_flow"),
        "table refusals": e.series.sum("tcpstate_table_refusals_total"),
    })


def payload(e):
    return differences("", {"payload": e.payload()}, {"payload": e.series.sum("tcpstate_payload_bytes_total")})


CHECKS = {check.__name__: check for check in (
    closes, transitions, segments, histograms, gauges, held, nothing_amiss, untracked, payload)}


def main(what, folder):
    problems = list(CHECKS[what](Evidence(folder)))
    if problems:
        # The last line is the reason that a test shows first.
        print("\n".join(problems[1:] + problems[:1]))
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in CHECKS:
        sys.exit(__doc__ + "\n" + " ".join(CHECKS))
    sys.exit(main(*sys.argv[1:]))
