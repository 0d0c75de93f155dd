#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
A server that answers /api/summary with made-up but plausible numbers that
change, and / with the page: to work on the page, and to test what a real
daemon does not do on demand (hostile names, silence, losses).

    fake.py [PORT]      serves user/serve/page/index.html on 127.0.0.1 (default 9437)
"""
import copy
import datetime
import http.server
import json
import math
import pathlib
import random
import sys
import threading
import time

PAGE = pathlib.Path(__file__).resolve().parents[3] / "user/serve/page/index.html"

STATES = ["CLOSED", "LISTEN", "SYN_SENT", "SYN_RECEIVED", "ESTABLISHED", "FIN_WAIT_1",
          "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK", "TIME_WAIT"]

# From, to, how many of 1000 connections take it.
ARROWS = [
    ("CLOSED", "LISTEN", 0), ("CLOSED", "SYN_SENT", 1000), ("LISTEN", "CLOSED", 22),
    ("LISTEN", "SYN_RECEIVED", 976), ("LISTEN", "SYN_SENT", 1), ("SYN_SENT", "CLOSED", 22),
    ("SYN_SENT", "SYN_RECEIVED", 2), ("SYN_SENT", "ESTABLISHED", 976),
    ("SYN_RECEIVED", "LISTEN", 0), ("SYN_RECEIVED", "ESTABLISHED", 975),
    ("SYN_RECEIVED", "FIN_WAIT_1", 3), ("ESTABLISHED", "FIN_WAIT_1", 930),
    ("ESTABLISHED", "CLOSE_WAIT", 915), ("FIN_WAIT_1", "FIN_WAIT_2", 700),
    ("FIN_WAIT_1", "CLOSING", 14), ("FIN_WAIT_1", "TIME_WAIT", 214),
    ("FIN_WAIT_2", "TIME_WAIT", 696), ("CLOSE_WAIT", "LAST_ACK", 912),
    ("CLOSING", "TIME_WAIT", 14), ("LAST_ACK", "CLOSED", 912), ("TIME_WAIT", "CLOSED", 920),
    ("ESTABLISHED", "CLOSED", 64), ("FIN_WAIT_1", "CLOSED", 2), ("FIN_WAIT_2", "CLOSED", 4),
    ("SYN_RECEIVED", "CLOSED", 1), ("CLOSE_WAIT", "CLOSED", 3), ("LISTEN", "ESTABLISHED", 0.4),
    ("CLOSED", "ESTABLISHED", 0.2),
]
# Ends in each state at 1000 connections a second.
LEVELS = {"CLOSED": 5400, "LISTEN": 9, "SYN_SENT": 12, "SYN_RECEIVED": 3, "ESTABLISHED": 18240,
          "FIN_WAIT_1": 11, "FIN_WAIT_2": 640, "CLOSE_WAIT": 655, "CLOSING": 1, "LAST_ACK": 6,
          "TIME_WAIT": 27300}
STRAYS = {"fin_retransmit": 3.1, "late_data": .8, "late_ack": 1.9, "late_rst": .2, "late_syn": 0,
          "after_close": 4.2, "old_incarnation": .05, "old_duplicate": .4,
          "spurious_retransmit": 2.2, "out_of_window": .3, "ack_unsent": 0, "paws_stale": 0,
          "data_after_fin": 0, "rst_invalid": .1, "challenge_ack": .1, "unknown": 1.1}
RESETS = {"valid": 64, "refused": 22, "challenged": .4, "invalid": .1, "late": 3, "unknown": .6}


def lifetime_limit(bucket):
    """As user/flow/lifetimes.c: four buckets to a power of two of ms."""
    if bucket < 4:
        return bucket + 1
    return (5 + bucket % 4) << (bucket // 4 - 1)


class Traffic:
    """Integrates rates over time; the sums are what a daemon would count."""

    def __init__(self, scale=1.0):
        self.random = random.Random(9293)
        self.scale = scale
        self.began = self.last = time.time()
        self.sums = {}
        self.advance(5400 * .4)  # as if it had run for a while

    def add(self, name, rate, seconds):
        self.sums[name] = self.sums.get(name, 0) + rate * seconds

    def load(self):
        """Connections a second now."""
        t = self.last - self.began
        return self.scale * (640 + 260 * math.sin(t / 17) + 90 * math.sin(t / 2.3) + self.random.gauss(0, 25))

    def advance(self, seconds):
        load = max(0.0, self.load())
        for start, end, share in ARROWS:
            self.add((start, end), load * share / 1000, seconds)
        for kind, rate in STRAYS.items():
            self.add(kind, rate * self.scale * self.random.uniform(.6, 1.4), seconds)
        for kind, share in RESETS.items():
            self.add("rst " + kind, load * share / 1000, seconds)
        for name, share in (("opened", 1), ("ended", .998), ("fast", 21), ("slow", 7.4),
                            ("bytes", 48000), ("retransmits", .06), ("syn_retransmits", .011),
                            ("restarts", .003)):
            self.add(name, load * share, seconds)
        self.now_load = load

    def step(self):
        now = time.time()
        self.advance(now - self.last)
        self.last = now

    def count(self, name):
        return int(self.sums.get(name, 0))

    def ends(self, share):
        swing = self.now_load / 1000
        return {s: max(0, int(n * share * (swing if n < 1000 else .5 + swing / 2))) for s, n in LEVELS.items()}

    def lifetimes(self):
        total = sum(self.count(k) for k in STRAYS)
        weights = [math.exp(-((i - 33) / 5) ** 2) + .3 * math.exp(-((i - 53) / 3) ** 2)
                   + (.004 if 20 < i < 64 else 0) for i in range(96)]
        return [{"below_ms": lifetime_limit(i), "count": int(total * .4 * w / sum(weights))}
                for i, w in enumerate(weights)]

    def summary(self):
        self.step()
        waits = self.count(("TIME_WAIT", "CLOSED"))
        flows = int(LEVELS["ESTABLISHED"] * .5)
        return {
            "version": "1.0",
            "now": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%f000Z"),
            "uptime_seconds": round(time.time() - self.began + 97230, 3),
            "endpoints": {"initiator": self.ends(.56), "responder": self.ends(.44)},
            "local_endpoints": self.ends(.5),
            "transitions": [{"from": a, "to": b, "count": self.count((a, b))} for a, b, _ in ARROWS],
            "flows": {"opened": self.count("opened"), "ended": self.count("ended"),
                      "unconfirmed": 84, "confirmed": flows, "closing": 13120, "capacity": 131072},
            "closes": [{"by": by, "how": how, "count": int(self.count("ended") * share),
                        "confirmed": int(self.count("ended") * share)}
                       for by, how, share in (("initiator", "fin", .71), ("initiator", "rst", .021),
                                              ("responder", "fin", .19), ("responder", "rst", .044),
                                              ("both", "fin", .014), ("none", "timeout", .021))],
            "time_wait": {"waiting": self.ends(1)["TIME_WAIT"], "started": waits + 27300,
                          "restarts": self.count("restarts"),
                          "ended": {"expired": int(waits * .94), "reused": int(waits * .056),
                                    "reset": int(waits * .004), "evicted": 0},
                          "reuses": {"sequence": int(waits * .012), "timestamp": int(waits * .044),
                                     "unsafe": 2}},
            "strays": {"total": sum(self.count(k) for k in STRAYS), "harmful": 3,
                       "kinds": {k: self.count(k) for k in STRAYS}, "lifetimes": self.lifetimes()},
            "handshake": {"syn_to_synack_us": {"p50": 412, "p99": 18200, "count": self.count("opened")},
                          "synack_to_ack_us": {"p50": 96, "p99": 41000, "count": self.count("opened") - 40}},
            "resets": {k: self.count("rst " + k) for k in RESETS},
            "segments": {"fast": self.count("fast"), "slow": self.count("slow")},
            "payload_bytes": self.count("bytes"),
            "retransmits": self.count("retransmits"), "syn_retransmits": self.count("syn_retransmits"),
            "port_pressure": [
                {"from": "10.20.0.7", "to": "10.20.4.11 5432", "waiting": 21870, "open": 10,
                 "range": 28232, "assumed": False, "ratio": .775, "dry_in_seconds": 42.0},
                {"from": "10.20.0.7", "to": "10.20.4.12 6379", "waiting": 3106, "open": 0,
                 "range": 28232, "assumed": False, "ratio": .11, "dry_in_seconds": None},
                {"from": "2001:db8:20::7", "to": "2001:db8:20:4::1f 443", "waiting": 611, "open": 0,
                 "range": 28232, "assumed": True, "ratio": .0216, "dry_in_seconds": None}],
            "leaks": [
                {"local": "10.20.0.7 8080", "state": "CLOSE_WAIT", "count": 41, "oldest_seconds": 8130.2,
                 "process": {"pid": 812, "comm": "billing", "others": 0, "past": False, "listener": False},
                 "cgroup": "/", "container": {"id": "3f2a9c0b1d4e" + 52 * "5", "runtime": "containerd"},
                 "pod": {"uid": "8a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"}},
                {"local": "10.20.0.7 9000", "state": "FIN_WAIT_2", "count": 3, "oldest_seconds": 71.9,
                 "process": None, "process_unknown": "no process had it open"}],
            "peers": "own", "unnamed": {"port_pressure": 0, "leaks": 0},
            "survey_age_seconds": round((time.time() - self.began) % 10, 1),
            "losses": {"events": {"ring_full": 0, "yielded": 0, "write": 0},
                       "left_out": {"unconfirmed": 0, "unknown": 0},
                       "frames": {"truncated": 0, "bad_checksum": 4, "too_deep": 0},
                       "table_refusals": 0, "evictions": {"unconfirmed": 0, "closing": 0, "confirmed": 0}},
            "hooks": [{"interface": "eth0", "direction": "rx", "hook": "xdp-native", "attached": True},
                      {"interface": "eth0", "direction": "tx", "hook": "tcx", "attached": True}],
        }


class Fake:
    """The server. `answer` maps a summary to what is sent (None: 503); `silent` answers nothing."""

    def __init__(self, port=0, traffic=None):
        self.traffic = traffic or Traffic()
        self.answer = lambda summary: summary
        self.silent = threading.Event()
        self.requests = []
        self.last_sent = None
        fake = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                fake.requests.append(self.path)
                if self.path == "/":
                    self.send(200, "text/html; charset=utf-8", PAGE.read_bytes())
                elif self.path != "/api/summary":
                    self.send(404, "text/plain", b"no such page\n")
                elif fake.silent.is_set():
                    time.sleep(30)
                else:
                    self.send_summary()

            def send_summary(self):
                summary = fake.answer(fake.traffic.summary())
                if summary is None:
                    return self.send(503, "text/plain", b"not now\n")
                fake.last_sent = copy.deepcopy(summary)
                self.send(200, "application/json", json.dumps(summary).encode())

            def send(self, status, kind, body):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                pass  # the browser may leave in the middle of an answer

        self.server = Server(("127.0.0.1", port), Handler)
        self.url = "http://127.0.0.1:%d/" % self.server.server_port

    def start(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


if __name__ == "__main__":
    fake = Fake(int(sys.argv[1]) if len(sys.argv) > 1 else 9437)
    print("serving", PAGE, "on", fake.url, flush=True)
    fake.server.serve_forever()
