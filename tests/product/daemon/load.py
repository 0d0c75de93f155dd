#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""load.py ADDRESS PORT: connections one after the other, each a question and its
answer, closed from here, until SIGTERM. Then says how many there were, and how
many bytes of payload went through them, as JSON. The server is tests/product/cli/connect.py's."""
import json
import signal
import socket
import sys
import time

running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
print("ready", flush=True)
connections = payload = 0
while running:
    with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as connection:
        connection.sendall(b"question")
        payload += len(b"question") + len(connection.recv(4096))
        connection.shutdown(socket.SHUT_WR)
        while more := connection.recv(4096):
            payload += len(more)
    connections += 1
    time.sleep(0.001)
print(json.dumps({"connections": connections, "payload": payload}), flush=True)
