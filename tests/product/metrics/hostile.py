#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""hostile.py ADDRESS CLIENTS

That many clients at once, each in one of the ways below, over and over, until
SIGTERM. Says on stderr when all are at it, and at the end on stdout, as JSON,
how often each way was gone and how the server answered it.
"""
import asyncio
import json
import random
import signal
import socket
import struct
import sys

ASKED = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n"
HOLD = 30  # seconds: longer than the server has patience


class Client:
    def __init__(self, address, results, seed):
        host, port = address.rsplit(":", 1)
        self.where = (host.strip("[]"), int(port))
        self.results = results
        self.random = random.Random(seed)
        self.loop = asyncio.get_running_loop()

    async def connect(self):
        s = socket.socket()
        s.setblocking(False)
        try:
            await asyncio.wait_for(self.loop.sock_connect(s, self.where), HOLD)
        except BaseException:
            s.close()
            raise
        return s

    async def read_status(self, s):
        """The status of the first answer; "closed" where the server hangs up without one."""
        try:
            data = await asyncio.wait_for(self.loop.sock_recv(s, 65536), HOLD)
        except ConnectionError:
            return "closed"
        except asyncio.TimeoutError:
            return "silence"
        return data.split(b" ")[1].decode("ascii", "replace") if data.startswith(b"HTTP/1.1 ") else "closed"

    async def send(self, s, data):
        try:
            await asyncio.wait_for(self.loop.sock_sendall(s, data), HOLD)
        except (ConnectionError, asyncio.TimeoutError):
            pass

    # ---- the ways ----

    async def says_nothing(self, s):
        return await self.read_status(s)

    async def half_a_request(self, s):
        await self.send(s, ASKED[:self.random.randrange(1, len(ASKED))])
        return await self.read_status(s)

    async def trickles(self, s):
        reading = asyncio.ensure_future(self.read_status(s))
        for byte in ASKED + b"X: " + b"a" * 1000:
            await self.send(s, bytes([byte]))
            done, _ = await asyncio.wait([reading], timeout=0.05)
            if done:
                break
        return await reading

    async def huge_header(self, s):
        await self.send(s, ASKED + b"X: " + b"a" * (1 << 20) + b"\r\n\r\n")
        return await self.read_status(s)

    async def many_headers(self, s):
        await self.send(s, ASKED + b"".join(b"X%d: %d\r\n" % (i, i) for i in range(50000)) + b"\r\n")
        return await self.read_status(s)

    async def huge_path(self, s):
        await self.send(s, b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n")
        return await self.read_status(s)

    async def unknown_method(self, s):
        method = self.random.choice([b"DELETE", b"PUT", b"TRACE", b"CONNECT", b"BREW", b"get", b"G" * 200])
        await self.send(s, method + b" /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return await self.read_status(s)

    async def with_a_body(self, s):
        await self.send(s, b"POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n" + b"b" * 65536)
        return await self.read_status(s)

    async def chunked_get(self, s):
        await self.send(s, ASKED + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n" + b"c" * 4096)
        return await self.read_status(s)

    async def closes_early(self, s):
        await self.send(s, ASKED + b"\r\n" if self.random.random() < 0.5 else b"")
        return "left"

    async def resets(self, s):
        await self.send(s, ASKED + b"\r\n")
        s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return "left"

    async def does_not_read(self, s):
        """Asks for more than fits between them, and takes nothing of it."""
        await self.send(s, (ASKED + b"\r\n") * 100)
        await asyncio.sleep(HOLD)
        return "left"

    async def shuts_down(self, s):
        await self.send(s, ASKED[:20])
        s.shutdown(socket.SHUT_WR)
        return await self.read_status(s)

    async def garbage(self, s):
        await self.send(s, self.random.randbytes(self.random.randrange(1, 5000)) + b"\r\n\r\n")
        return await self.read_status(s)

    async def odd_headers(self, s):
        line = self.random.choice([
            b"Host: " + b"[" * 100, b"Host: [::1", b"Host: ]:1", b"Host: \xff\xfe", b"Host:", b"Accept: " + b";,=" * 500,
            b"Accept: application/openmetrics-text;q=" + b"9" * 1000, b"Content-Length: -1", b"Content-Length: 1e9",
            b" folded", b"no colon at all", b"Connection: " + b"close, " * 300, b"Expect: 100-continue"])
        await self.send(s, b"GET /metrics HTTP/1.1\r\n" + line + b"\r\n\r\n")
        return await self.read_status(s)

    # ----

    async def go(self, way):
        name = way.__name__
        while True:
            try:
                s = await self.connect()
            except (OSError, asyncio.TimeoutError):
                self.note(name, "not connected")
                await asyncio.sleep(0.01)
                continue
            try:
                self.note(name, await way(s))
            except OSError:
                self.note(name, "closed")
            finally:
                s.close()
            await asyncio.sleep(0.005)

    def note(self, name, how):
        counts = self.results.setdefault(name, {})
        counts[how] = counts.get(how, 0) + 1


WAYS = ["says_nothing", "half_a_request", "trickles", "huge_header", "many_headers", "huge_path", "unknown_method",
        "with_a_body", "chunked_get", "closes_early", "resets", "does_not_read", "shuts_down", "garbage", "odd_headers"]


async def main(address, clients):
    results, tasks = {}, []
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    for n in range(clients):
        client = Client(address, results, n)
        tasks.append(asyncio.ensure_future(client.go(getattr(client, WAYS[n % len(WAYS)]))))
    await asyncio.sleep(1)
    print("%d clients are at it" % clients, file=sys.stderr, flush=True)
    await ended.wait()
    for task in tasks:
        task.cancel()
    print(json.dumps(results))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
