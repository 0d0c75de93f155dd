#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""syn-flood.py INTERFACE COUNT: that many SYNs, each of a connection of its own.

They go to a MAC address that nobody has, so that nobody answers."""
import socket
import struct
import sys

interface, count = sys.argv[1], int(sys.argv[2])
ethernet = bytes.fromhex("020000000099" "020000000098" "0800")
sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sender.bind((interface, 0))
for number in range(count):
    address = socket.inet_aton("10.9.%d.%d" % (number >> 8 & 255, number & 255))
    tcp = struct.pack("!HHIIBBHHH", 1024 + (number >> 16), 443, number, 0, 0x50, 2, 65535, 0, 0)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40, 0, 0, 64, 6, 0, address, socket.inet_aton("10.77.0.2"))
    sender.send(ethernet + ip + tcp)
