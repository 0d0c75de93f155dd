#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""connect.py --serve PORT: accept, answer, and close when the other end does.
connect.py ADDRESS PORT [COUNT]: that many connections, one after the other,
each with a question and its answer, closed from here."""
import socket
import sys

if sys.argv[1] == "--serve":
    listener = socket.create_server(("", int(sys.argv[2])), backlog=1024)
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        with connection:
            while connection.recv(4096):
                connection.sendall(b"answer")
else:
    for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 1):
        with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
            connection.sendall(b"question")
            connection.recv(4096)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
