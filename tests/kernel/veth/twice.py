#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""twice.py NETNS:INTERFACE:MAC NETNS:INTERFACE:MAC: a connection made by hand, each
end's frames from one of the two namespaces to the station of that MAC; among
them some that nobody takes. twice.py --check WATCHED FLOWS: it was told and counted once."""
import ctypes
import json
import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "replay"))
import captures  # noqa: E402
from captures import ACK, PSH, RST, SYN  # noqa: E402

ENDS = "10.77.1.1:40000", "10.77.2.1:80"
OWN = bytes.fromhex("020000007799")
# Who, flags, seq, ack, payload; what it is a stray of.
CONVERSATION = (
    (0, SYN, 1000, 0, b"", None),
    (1, SYN | ACK, 5000, 1001, b"", None),
    (0, ACK, 1001, 5001, b"", None),
    (0, PSH | ACK, 1001, 5001, b"q" * 100, None),
    (1, ACK, 5001, 1101, b"", None),
    (1, RST, 4900, 0, b"", "rst_invalid"),
    (0, PSH | ACK, 1001, 5001, b"q" * 50, "spurious_retransmit"),
    (1, PSH | ACK, 200001, 1101, b"a" * 10, "out_of_window"),
    (1, RST | ACK, 5001, 1101, b"", None),
    (0, PSH | ACK, 1101, 5001, b"q" * 100, "after_close"),
    (1, RST, 5001, 0, b"", None),
)
APART = 0.05  # seconds: longer than a packet takes between two places


def wire(netns, interface):
    """A socket in that namespace."""
    with open("/proc/self/ns/net", "rb") as home, open(f"/run/netns/{netns}", "rb") as away:
        libc = ctypes.CDLL(None, use_errno=True)
        for space, then in ((away, lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)), (home, lambda: None)):
            if libc.setns(space.fileno(), 0x40000000):
                raise OSError(ctypes.get_errno(), "setns")
            made = then()
            if made:
                made.bind((interface, 0))
                out = made
    return out


def send(sides):
    wires = []
    for side in sides:
        netns, interface, mac = side.split(":", 2)
        wires.append((wire(netns, interface), bytes.fromhex(mac.replace(":", "")) + OWN + b"\x08\0"))
    for who, flags, seq, ack, payload, _ in CONVERSATION:
        out, header = wires[who]
        out.send(header + captures.tcp(ENDS[who], ENDS[1 - who], flags, seq, ack, payload))
        time.sleep(APART)


def check(watched, flows):
    def lines(name):
        with open(name, encoding="ascii") as file:
            return [json.loads(line) for line in file]

    wrong = []

    def equal(what, ours, right):
        if ours != right:
            wrong.append(f"{what}: {ours}, not {right}")

    equal("strays", [e["kind"] for e in lines(watched) if e["event"] == "stray"],
          [kind for *_, kind in CONVERSATION if kind])
    flow, = [f for f in lines(flows) if f["event"] == "flow"]
    equal("observed_twice", flow["observed_twice"], len(CONVERSATION))
    for end, name in enumerate(("initiator", "responder")):
        sent = [one for one in CONVERSATION if one[0] == end]
        equal(f"packets of the {name}", flow[name]["packets"], len(sent))
        equal(f"resets of the {name}", flow[name]["rsts"], sum(bool(one[1] & RST) for one in sent))
        equal(f"bytes of the {name}", flow[name]["bytes"], sum(len(one[4]) for one in sent))
    print("\n".join(wrong))
    return bool(wrong)


if sys.argv[1] == "--check":
    sys.exit(check(*sys.argv[2:]))
send(sys.argv[1:])
