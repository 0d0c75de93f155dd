#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""slow_client.py ADDRESS LIMIT

A client whose request trickles in, one on a connection that was answered
before, and one that does not take its answer: each is cut when LIMIT seconds
are over, and not before.
"""
import socket
import sys
import threading
import time

ASKED = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
TOLERANCE = 10  # seconds: the machine may be busy


def connect(address):
    host, port = address.rsplit(":", 1)
    s = socket.create_connection((host, int(port)))
    s.settimeout(0.5)
    return s


def read_answer(s):
    data = b""
    while b"\r\n\r\n" not in data:
        data += s.recv(65536)
    head, body = data.split(b"\r\n\r\n", 1)
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:"))
    while len(body) < length:
        body += s.recv(65536)


def is_cut(s, take):
    try:
        return take and s.recv(1) == b""
    except TimeoutError:
        return False
    except ConnectionError:
        return True


def trickle(s):
    """How long until the server hangs up."""
    began = time.monotonic()
    for byte in ASKED + b"X: " + b"a" * 1000:
        try:
            s.send(bytes([byte]))
        except ConnectionError:
            break
        if is_cut(s, True):
            break
    return time.monotonic() - began


def new_client(address):
    return trickle(connect(address))


def known_client(address):
    s = connect(address)
    for _ in range(3):
        s.sendall(ASKED + b"\r\n")
        read_answer(s)
    return trickle(s)


def takes_nothing(address):
    """More answers than the buffers between them hold."""
    s = connect(address)
    began = time.monotonic()
    try:
        while True:
            try:
                s.send((ASKED + b"\r\n") * 50)
            except TimeoutError:
                continue
    except ConnectionError:
        return time.monotonic() - began


def main(address, limit):
    lasted = {}

    def measure(way):
        lasted[way.__name__] = way(address)

    threads = [threading.Thread(target=measure, args=(way,), daemon=True)
               for way in (new_client, known_client, takes_nothing)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(limit + 30)
    print(", ".join("%s %.1f s" % item for item in sorted(lasted.items())))
    return 0 if len(lasted) == 3 and all(limit - 1 < t < limit + TOLERANCE for t in lasted.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
