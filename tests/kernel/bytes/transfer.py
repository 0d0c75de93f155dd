#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""
transfer.py receive ADDRESS PORT | send ADDRESS PORT BYTES RATE [FILE]

A transfer and its orderly close: the sender shuts its side, the receiver answers with ANSWER bytes and closes. Both
print what tcp_info says of their socket just before it is closed, as JSON. RATE: bytes a second at most; 0: as fast
as it goes. On stderr the receiver says `listening`, and the sender `tenth N` for every tenth that it has sent. It waits with the last tenth until there is a FILE.
"""
import json
import os
import socket
import struct
import sys
import time

PATIENCE = 120
CHUNK = 1 << 20
ANSWER = 1000
SO_MAX_PACING_RATE = 47

# Of struct tcp_info: offset and format.
FIELDS = {"wscales": (6, "B"), "total_retrans": (100, "I"), "bytes_acked": (120, "Q"), "bytes_received": (128, "Q"),
          "bytes_sent": (200, "Q"), "bytes_retrans": (208, "Q")}


def tcp_info(connection):
    raw = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    info = {name: struct.unpack_from(kind, raw, offset)[0] for name, (offset, kind) in FIELDS.items()}
    info["local_port"] = connection.getsockname()[1]
    return info


def say(what):
    print(what, file=sys.stderr, flush=True)


def receive(address, port):
    with socket.create_server((address, port)) as listener:
        say("listening")
        connection, _ = listener.accept()
    with connection:
        connection.settimeout(PATIENCE)
        buffer = bytearray(CHUNK)
        # MSG_TRUNC: TCP throws the bytes away instead of copying them.
        while connection.recv_into(buffer, CHUNK, socket.MSG_TRUNC):
            pass
        connection.sendall(bytes(ANSWER))
        deadline = time.monotonic() + PATIENCE
        while tcp_info(connection)["bytes_acked"] < ANSWER and time.monotonic() < deadline:
            time.sleep(0.01)
        return tcp_info(connection)


def await_file(path):
    deadline = time.monotonic() + PATIENCE
    while not os.path.exists(path) and time.monotonic() < deadline:
        time.sleep(0.01)


def send(address, port, size, rate, file=None):
    with socket.create_connection((address, port), PATIENCE) as connection:
        if rate:
            connection.setsockopt(socket.SOL_SOCKET, SO_MAX_PACING_RATE, struct.pack("Q", rate))
        data = memoryview(bytes(CHUNK))
        sent = tenth = 0
        while sent < size:
            sent += connection.send(data[:size - sent])
            while tenth < 10 * sent // size:
                tenth += 1
                say(f"tenth {tenth}")
                if tenth == 9 and file:
                    await_file(file)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(CHUNK):
            pass
        return tcp_info(connection)


if __name__ == "__main__":
    kind, arguments = sys.argv[1:2], sys.argv[2:]
    if kind == ["receive"] and len(arguments) == 2:
        print(json.dumps(receive(arguments[0], int(arguments[1]))))
    elif kind == ["send"] and len(arguments) in (4, 5):
        print(json.dumps(send(arguments[0], *map(int, arguments[1:4]), *arguments[4:])))
    else:
        sys.exit(__doc__.strip())
