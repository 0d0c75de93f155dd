#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""hold.py --serve PORT: accept and read, but never close.
hold.py ADDRESS PORT COUNT HOW: that many connections, kept until the end.
HOW: open; shut (sends its FIN, and closes no further); vanish (all but the
first are taken from the kernel without a packet); talk (sends again and again).
Says "ready" once they are so."""
import selectors
import socket
import sys
import time

TCP_REPAIR = 19

if sys.argv[1] == "--serve":
    listener = socket.create_server(("", int(sys.argv[2])), backlog=1024)
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    kept = []
    print("ready", flush=True)
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                connection, _ = listener.accept()
                kept.append(connection)
                selector.register(connection, selectors.EVENT_READ)
            elif not key.fileobj.recv(4096):
                selector.unregister(key.fileobj)  # and leaks it

address, port, count, how = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
connections = [socket.create_connection((address, port)) for _ in range(count)]
for connection in connections:
    connection.sendall(b"hello")
if how == "shut":
    for connection in connections:
        connection.shutdown(socket.SHUT_WR)
elif how == "vanish":
    time.sleep(0.2)  # what was sent is acknowledged by now
    for connection in connections[1:]:
        connection.setsockopt(socket.IPPROTO_TCP, TCP_REPAIR, 1)
        connection.close()
print("ready", flush=True)
while True:
    time.sleep(0.1)
    if how == "talk":
        for connection in connections:
            connection.send(b"more")
