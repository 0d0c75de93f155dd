#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
transferred.py NAME BYTES BLIND SENDER RECEIVER FLOWS STATUS: holds a flow's record against the sockets' tcp_info.

SENDER and RECEIVER are what transfer.py printed, FLOWS is of `flows --json`, STATUS of `status --json`. BLIND: 1, if
the daemon was blind for a while in the middle.

tcp_info's tcpi_bytes_acked counts sequence numbers as SND.UNA passes them, so also those of a SYN and a FIN: the
opener's SYN (its SND.UNA begins at the ISN; a listener's child begins behind its SYN-ACK), and either end's FIN once
it is acknowledged. A record's `bytes_acked` is payload alone.
"""
import json
import sys

from transfer import ANSWER

LEAST_BLIND = 16 << 20  # more than any window here (net.ipv4.tcp_rmem ends at 6 MiB, or a little above)
OUT_OF_STEP = 4         # strays that may come after a gap, until both ends have shown themselves (RULES 35)
# What a segment that its sender sent again may be told as: where the ACK for the first one had passed already.
SENT_AGAIN = ("spurious_retransmit", "old_duplicate")

results = {"ok": 0, "not ok": 0}


def verdict(name, good, detail):
    results["ok" if good else "not ok"] += 1
    print(f"ok {name}" if good else f"not ok {name}: {detail}")


def equal(name, got, wanted):
    verdict(name, got == wanted, f"{got}, and it was {wanted}")


def load(path):
    with open(path) as lines:
        return [json.loads(line) for line in lines]


def check_counts(name, record, infos, size, blind):
    # SYN and FIN of the opener, which closed first; of the other neither: its FIN had not been sent.
    equal(f"{name}: tcp_info's bytes_acked counts the opener's SYN and FIN", infos[0]["bytes_acked"], size + 2)
    equal(f"{name}: and not the other's SYN-ACK", infos[1]["bytes_acked"], ANSWER)
    equal(f"{name}: the initiator's bytes_acked is tcp_info's", record["initiator"].get("bytes_acked"),
          infos[0]["bytes_acked"] - 2)
    equal(f"{name}: the responder's, too", record["responder"].get("bytes_acked"), infos[1]["bytes_acked"])
    seen, sent, again = record["initiator"]["bytes"], infos[0]["bytes_sent"], infos[0]["bytes_retrans"]
    if blind:
        verdict(f"{name}: the gap was wider than a window", size - seen > LEAST_BLIND, f"{size - seen} bytes unseen")
        verdict(f"{name}: the rest was seen", seen > size // 4, f"only {seen} bytes")
    else:
        # What was sent again may have been lost before it came to the hook.
        verdict(f"{name}: the initiator's bytes are what its socket sent", sent - again <= seen <= sent,
                f"{seen}, and it sent {sent}, {again} of them again")
    equal(f"{name}: the responder's bytes", record["responder"]["bytes"], infos[1]["bytes_sent"])


def check_strays(name, record, infos, blind):
    strays = dict(record["strays"])
    again = sum(info["total_retrans"] for info in infos)
    told_again = sum(strays.pop(kind, 0) for kind in SENT_AGAIN)
    verdict(f"{name}: what was sent again", told_again <= again, f"{told_again} strays, and {again} were")
    out_of_step = sum(strays.pop(kind, 0) for kind in ("out_of_window", "ack_unsent"))
    verdict(f"{name}: nothing out of window" + (", but for a few after the gap" if blind else ""),
            out_of_step <= (OUT_OF_STEP if blind else 0), json.dumps(record["strays"]))
    equal(f"{name}: no other stray", strays, {})
    retransmits = record["initiator"]["retransmits"] + record["responder"]["retransmits"]
    verdict(f"{name}: retransmissions are the kernels'", retransmits <= again, f"{retransmits}, and {again} were")


def main(name, size, blind, sender, receiver, flows, status):
    infos, blind = (load(sender)[0], load(receiver)[0]), blind == "1"
    records = [record for record in load(flows) if record["initiator"]["port"] == infos[0]["local_port"]]
    equal(f"{name}: one flow", len(records), 1)
    if len(records) != 1:
        return
    record = records[0]
    equal(f"{name}: last states", [record[role]["state"] for role in ("initiator", "responder")],
          ["TIME_WAIT", "CLOSED"])
    equal(f"{name}: who closed, and how", [record["close"]["by"], record["close"]["how"]], ["initiator", "fin"])
    equal(f"{name}: its handshake is known", [record["roles"], record["initiator"]["wscale"],
                                             record["responder"]["wscale"]],
          ["seen", infos[1]["wscales"] & 15, infos[0]["wscales"] & 15])
    check_counts(name, record, infos, int(size), blind)
    check_strays(name, record, infos, blind)
    equal(f"{name}: both ends' bytes are what the hooks counted",
          record["initiator"]["bytes"] + record["responder"]["bytes"], load(status)[0]["counters"]["payload_bytes"])


if __name__ == "__main__":
    if len(sys.argv) != 8:
        sys.exit(__doc__.strip())
    main(*sys.argv[1:])
    print(f"{results['ok']} passed, {results['not ok']} failed, 0 skipped")
    sys.exit(results["not ok"] > 0)
