# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""What the tests beside it share: sockets in other network namespaces, a look at
the wire, what watch says, and results."""
import ctypes
import datetime
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

PATIENCE = 20  # seconds that anything may take before it counts as failed
SO_TIMESTAMPNS = 35
ETH_P_ALL = 3
PACKET_OUTGOING = 4
CLIENT = {4: "10.77.0.1", 6: "fd77::1"}
SERVER = {4: "10.77.0.2", 6: "fd77::2"}
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16

libc = ctypes.CDLL(None, use_errno=True)


class Netns:
    """with Netns(NAME): what this thread opens belongs there."""

    def __init__(self, name):
        self.name = name
        self.inside = os.open(f"/run/netns/{name}", os.O_RDONLY | os.O_CLOEXEC)
        self.outside = os.open("/proc/self/ns/net", os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self):
        self._go(self.inside)
        return self

    def __exit__(self, *_):
        self._go(self.outside)

    @staticmethod
    def _go(netns):
        if libc.setns(netns, 0x40000000):
            raise OSError(ctypes.get_errno(), "setns")

    def sysctl(self, name, value):
        with self:
            with open("/proc/sys/" + name.replace(".", "/"), "w", encoding="ascii") as file:
                file.write(str(value))

    def run(self, *command, **options):
        return subprocess.run(["nsenter", f"--net=/run/netns/{self.name}", "--", *command],
                              capture_output=True, text=True, check=False, **options)


def name_process(name):
    """What ps(1) calls this thread from now on."""
    libc.prctl(15, name.encode(), 0, 0, 0)


def die_with_parent():
    """However that ends."""
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)


# ---- connections ----

def listen(netns, version, port, **options):
    with netns:
        listener = socket.socket(FAMILY[version], socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if version == 6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(("", port))
        listener.listen(256)
        return listener


def connect_only(netns, version, port):
    """The client's socket; somebody else accepts."""
    with netns:
        client = socket.socket(FAMILY[version], socket.SOCK_STREAM)
    client.settimeout(PATIENCE)
    client.connect((SERVER[version], port))
    return client


def connect(netns, listener, version=4, port=0, address=None):
    """(client's socket, server's socket), established; port: the client's, bound with SO_REUSEADDR."""
    with netns:
        client = socket.socket(FAMILY[version], socket.SOCK_STREAM)
        client.settimeout(PATIENCE)
        if port:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            client.bind(("", port))
    client.connect((address or SERVER[version], listener.getsockname()[1]))
    listener.settimeout(PATIENCE)
    server, _ = listener.accept()
    server.settimeout(PATIENCE)
    return client, server


def exchange(client, server, size=100):
    """Some bytes each way."""
    for sender, receiver in ((client, server), (server, client)):
        sender.sendall(bytes(size))
        left = size
        while left:
            left -= len(receiver.recv(left))


def transfer(sender, receiver, size):
    """Many bytes one way."""
    thread = threading.Thread(target=sender.sendall, args=(bytes(size),))
    thread.start()
    while size:
        size -= len(receiver.recv(min(size, 1 << 20)))
    thread.join()


def endpoints(connected):
    return connected.getsockname()[:2], connected.getpeername()[:2]


def close(first, second):
    """first closes, and will wait; then second, once it has the FIN."""
    first.close()
    while second.recv(65536):
        pass
    second.close()


# ---- the wire ----

class Segment:
    """A TCP segment in an Ethernet frame; ValueError where the frame has none."""

    def __init__(self, frame, at=None, outgoing=None):
        self.frame, self.time, self.outgoing = frame, at, outgoing
        kind = frame[12:14]
        if kind == b"\x08\x00" and len(frame) >= 34 and frame[23] == 6:
            family, tcp = socket.AF_INET, 14 + (frame[14] & 15) * 4
            source, destination = frame[26:30], frame[30:34]
            end = 14 + int.from_bytes(frame[16:18], "big")
        elif kind == b"\x86\xdd" and len(frame) >= 54 and frame[20] == 6:
            family, tcp = socket.AF_INET6, 54
            source, destination = frame[22:38], frame[38:54]
            end = 54 + int.from_bytes(frame[18:20], "big")
        else:
            raise ValueError("no TCP")
        sport, dport, self.seq, self.ack, offset, self.flags, self.window = \
            struct.unpack_from("!HHIIBBH", frame, tcp)
        self.source = (socket.inet_ntop(family, source), sport)
        self.destination = (socket.inet_ntop(family, destination), dport)
        self.length = end - tcp - (offset >> 4) * 4
        self.tsval = self._tsval(frame[tcp + 20:tcp + (offset >> 4) * 4])

    @staticmethod
    def _tsval(options):
        while options and options[0]:
            if options[0] == 1:
                options = options[1:]
                continue
            if options[0] == 8:
                return int.from_bytes(options[2:6], "big")
            if len(options) < 2 or options[1] < 2:
                return None
            options = options[options[1]:]
        return None

    @property
    def end(self):
        return (self.seq + self.length + bool(self.flags & FIN) + bool(self.flags & SYN)) & 0xffffffff


def stamp(ancillary):
    """When the frame was received, by SO_TIMESTAMPNS."""
    seconds, nanoseconds = struct.unpack("=qq", ancillary[0][2][:16])
    return seconds * 10**9 + nanoseconds


class Wire:
    """Every TCP segment at an interface, with its time (CLOCK_REALTIME ns), until close()."""

    def __init__(self, netns, interface):
        self.segments = []
        with netns:
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
            self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            self.socket.bind((interface, ETH_P_ALL))
        self.socket.settimeout(0.1)
        self.closed = False
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        while not self.closed:
            try:
                frame, ancillary, _, sender = self.socket.recvmsg(1 << 17, 128)
            except TimeoutError:
                continue
            try:
                self.segments.append(Segment(frame, stamp(ancillary), sender[2] == PACKET_OUTGOING))
            except (ValueError, struct.error):
                pass

    def of(self, one, other):
        """The connection's segments, in order. By endpoints."""
        return [s for s in list(self.segments) if {s.source, s.destination} == {one, other}]

    def close(self):
        self.closed = True
        self.thread.join()
        self.socket.close()


def _sum16(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def send_segment(netns, source, destination, flags, seq, ack=0, payload=b"", good=True):
    """A segment of our own making, sent by the IPv4 stack of the namespace. good: its checksum is."""
    segment = struct.pack("!HHIIBBHHH", source[1], destination[1], seq & 0xffffffff, ack & 0xffffffff,
                          20 << 2, flags, 502, 0, 0) + payload
    pseudo = socket.inet_aton(source[0]) + socket.inet_aton(destination[0]) + struct.pack("!HH", 6, len(segment))
    checksum = _sum16(pseudo + segment) ^ (0 if good else 0x5555)
    with netns, socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP) as raw:
        raw.sendto(segment[:16] + struct.pack("!H", checksum) + segment[18:], (destination[0], 0))


# ---- what xdp-tcpstate says ----

def time_of(text):
    """An RFC 3339 time with nanoseconds, as CLOCK_REALTIME ns."""
    seconds, fraction = text.rstrip("Z").split(".")
    whole = datetime.datetime.fromisoformat(seconds).replace(tzinfo=datetime.timezone.utc)
    return int(whole.timestamp()) * 10**9 + int(fraction.ljust(9, "0")[:9])


def ends_of(event):
    """The endpoints of an event, in no order."""
    return frozenset((event[role]["addr"], event[role]["port"]) for role in ("initiator", "responder"))


class Watcher:
    """A running watch --json. argument: NETNS,EVENTS,PINS: where it runs, the file
    that it prints into, the directory of its pins."""

    def __init__(self, argument):
        netns, events, self.pins = argument.split(",")
        self.netns = Netns(netns)
        self.file = open(events, encoding="utf-8")  # pylint: disable=consider-using-with
        self.seen = []
        self.rest = ""

    def _more(self):
        *lines, self.rest = (self.rest + self.file.read()).split("\n")
        self.seen += [json.loads(line) for line in lines]

    def of(self, one, other, **keys):
        """Events of the connection, so far, that have these keys."""
        self._more()
        return [e for e in self.seen if "initiator" in e and ends_of(e) == {one, other} and
                all(e.get(key) == value for key, value in keys.items())]

    def wait(self, one, other, count=1, patience=PATIENCE, **keys):
        """The same, once there are that many; fewer if they don't come."""
        until(lambda: len(self.of(one, other, **keys)) >= count, patience)
        return self.of(one, other, **keys)

    def lost(self):
        self._more()
        return [e for e in self.seen if e["event"] == "lost"]

    def text(self, command, *options):
        """What a command on this instance prints."""
        finished = self.netns.run(os.environ["XDP_TCPSTATE"], command, "--pin", self.pins, *options)
        if finished.returncode:
            raise RuntimeError(f"{command}: {finished.stderr.strip()}")
        return finished.stdout

    def report(self, command, *options):
        """The same in JSON."""
        return [json.loads(line) for line in self.text(command, "--json", *options).splitlines()]

    def table(self):
        """{ends: flow}, of those that are there now."""
        return {ends_of(flow): flow for flow in self.report("flows")}


# ---- results ----

failed = 0


def say(text):
    print("# " + text, flush=True)


def check(name, fine, why=""):
    global failed  # pylint: disable=global-statement
    print(f"ok {name}" if fine else f"not ok {name}: {why}", flush=True)
    failed += not fine
    return fine


def skip(name, why):
    print(f"skip {name}: {why}", flush=True)


def done():
    sys.exit(1 if failed else 0)


def spread(values, unit="ms"):
    """The distribution of some differences, in a line."""
    ordered = sorted(values)
    if not ordered:
        return "none"

    def at(share):
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
    return (f"n={len(ordered)} least={ordered[0]:+.2f} p5={at(.05):+.2f} median={at(.5):+.2f} "
            f"p95={at(.95):+.2f} most={ordered[-1]:+.2f} {unit}")


def until(condition, patience=PATIENCE):
    """Its first true result, or its last."""
    deadline = time.monotonic() + patience
    while True:
        result = condition()
        if result or time.monotonic() >= deadline:
            return result
        time.sleep(0.01)
