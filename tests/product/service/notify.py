#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""notify.py PATH: in systemd's place at NOTIFY_SOCKET. Prints each message as
one line: seconds of CLOCK_MONOTONIC, then its variables with blanks between."""
import socket
import sys
import time

listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind(sys.argv[1])
print("listening", flush=True)
while True:
    message = listener.recv(65536).decode()
    print(f"{time.monotonic():.6f}", *message.replace(" ", "_").split("\n"), flush=True)
