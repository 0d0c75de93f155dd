#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""capture.py COUNT FILE: a capture of that many SYNs within one second, each of a connection of its own."""
import socket
import struct
import sys

SECOND = 1700000000
ETHERNET = bytes.fromhex("020000000099" "020000000098" "0800")


def header_sum(header):
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def syn(number):
    source = socket.inet_aton(f"10.9.{number >> 8 & 255}.{number & 255}")
    ip = [0x45, 0, 40, 0, 0, 64, 6, 0, source, socket.inet_aton("10.77.0.2")]
    ip[7] = header_sum(struct.pack("!BBHHHBBH4s4s", *ip))
    tcp = struct.pack("!HHIIBBHHH", 1024, 443, number, 0, 0x50, 2, 65535, 0, 0)
    return ETHERNET + struct.pack("!BBHHHBBH4s4s", *ip) + tcp


def main(count, path):
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1))
        for number in range(count):
            frame = syn(number)
            file.write(struct.pack("<IIII", SECOND, number * 1000000 // count, len(frame), len(frame)) + frame)


main(int(sys.argv[1]), sys.argv[2])
