#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Programs that have connections.

app.py NAME serve ADDRESS PORT hold|close   hold: never closes; close: closes at once, before its peer
app.py NAME connect ADDRESS PORT COUNT [close|answer]
                                            close: closes all, and goes on without them; answer: the same, but
                                            after its peer has; else: keeps them
NAME is what it calls itself. Says "ready", and ends with SIGTERM.
"""
import ctypes
import signal
import socket
import sys


def serve(address, port, how):
    listener = socket.create_server((address, int(port)))
    print("ready", flush=True)
    kept = []
    while True:
        end, _ = listener.accept()
        if how == "hold":
            kept.append(end)
        else:
            end.recv(1)
            end.close()


def connect(address, port, count, *how):
    ends = [socket.create_connection((address, int(port)), 20) for _ in range(int(count))]
    for end in ends:
        end.sendall(b"x")
    for end in ends if how else ():
        if how[0] == "answer":
            end.recv(1)
        end.close()
    print("ready", flush=True)
    signal.pause()


ctypes.CDLL(None).prctl(15, sys.argv[1].encode(), 0, 0, 0)
{"serve": serve, "connect": connect}[sys.argv[2]](*sys.argv[3:])
