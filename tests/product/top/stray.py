#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""stray.py INTERFACE SOURCE PORT DESTINATION PORT COUNT: that many segments with data whose numbers
are far from what the connection is at. They go to a MAC address that nobody has: only what
watches the interface sees them."""
import socket
import struct
import sys

interface, source, source_port, destination, port, count = sys.argv[1:]
ethernet = bytes.fromhex("020000000099" "020000000098" "0800")
sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sender.bind((interface, 0))
for number in range(int(count)):
    tcp = struct.pack("!HHIIBBHHH", int(source_port), int(port), 0x10000000 * number, 1, 0x50, 0x18, 65535, 0, 0)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 44, 0, 0, 64, 6, 0, socket.inet_aton(source), socket.inet_aton(destination))
    sender.send(ethernet + ip + tcp + b"late")
