#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""transfer.py receive ADDRESS PORT | send ADDRESS PORT FILE

Both print the SHA-256 of what passed. The receiver says `listening` on stderr.
"""
import hashlib
import socket
import sys

WINDOW = 65536  # the kernel doubles it; see unharmed.sh


def connect(kind, address, port):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.settimeout(60)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
    if kind == "send":
        connection.connect((address, port))
        return connection
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    connection.bind((address, port))
    connection.listen(1)
    print("listening", file=sys.stderr, flush=True)
    return connection.accept()[0]


def receive(connection):
    digest = hashlib.sha256()
    while True:
        data = connection.recv(1 << 20)
        if not data:
            return digest.hexdigest()
        digest.update(data)


def send(connection, path):
    with open(path, "rb") as source:
        digest = hashlib.sha256(source.read()).hexdigest()
        source.seek(0)
        connection.sendfile(source)
    connection.shutdown(socket.SHUT_WR)
    connection.recv(1)  # until the receiver has closed: it has read everything
    return digest


if __name__ == "__main__":
    if len(sys.argv) < 4 or sys.argv[1] not in ("receive", "send"):
        sys.exit(__doc__)
    with connect(sys.argv[1], sys.argv[2], int(sys.argv[3])) as end:
        print(receive(end) if sys.argv[1] == "receive" else send(end, sys.argv[4]))
