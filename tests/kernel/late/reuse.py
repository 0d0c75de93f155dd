#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""reuse.py WATCHER LOOPBACK-WATCHER: both at the server. A pair of endpoints that
waits is taken by a new connection, in every way in which Linux lets that
happen. What watch says made it safe, and what was left of 2MSL, against the
timer of the kernel's own socket."""
import collections
import errno
import os
import sys
import time

import lab
import sock_diag
import stalls

TWO_MSL_MS = 60000
REUSE_DELAY_MS = 1000  # tcp_tw_reuse_delay
TOLERANCE_MS = 20
# A client's ISN grows by one each 64 ns (Linux, secure_seq.c): after this many bytes
# its next connection begins below the end of the last one, for 4 s.
BULK = 64 << 20
# Before Linux 6.14 tcp_tw_reuse counted whole seconds.
SECONDS_ONLY = not os.path.exists("/proc/sys/net/ipv4/tcp_tw_reuse_delay")

machine = stalls.Stalls()
client_ns, server_ns = lab.Netns(os.environ["CLIENT_NS"]), lab.Netns(os.environ["SERVER_NS"])
watcher, loopback = lab.Watcher(sys.argv[1]), lab.Watcher(sys.argv[2])
left_over = []
reuses = collections.Counter()  # what timewait should count


class Former:
    """A connection that one end of which waits. closer: who closes first."""

    def __init__(self, listener, version, port, closer, netns=client_ns, address=None, size=100):
        client, server = lab.connect(netns, listener, version, port, address)
        self.ends = lab.endpoints(client)
        self.role = "initiator" if closer == "client" else "responder"
        lab.exchange(client, server)
        if size > 100:
            lab.transfer(client, server, size)
        lab.close(*((client, server) if closer == "client" else (server, client)))
        self.socket = self.ends if closer == "client" else self.ends[::-1]
        self.netns = server_ns if closer == "server" else netns

    def kernel_remaining(self):
        """ms, of the kernel's timer: a function of the time of the new SYN."""
        waiting = sock_diag.timers(self.netns).get(self.socket)
        return waiting and (lambda at: (waiting.expires_at - at) / 1e6)


def begins_below(former, at=watcher):
    """Is the next life's ISN old: not beyond the end of what the client sent in the former?
    If none was told, as it should be; what is checked of it then tells."""
    syns, fins = ([e for e in at.of(*former.ends, sender="initiator") if e.get("flags") == flags]
                  for flags in ("S", "F."))
    isn = [e["seq"] for e in syns if e["seq"] != syns[0]["seq"]]
    end = fins[0]["seq"] + fins[0]["len"] + 1
    return not isn or (end - isn[0]) & 0xffffffff < 1 << 31


TOO_SLOW = f"{BULK >> 20} MiB took longer here than its ISN takes to grow by as much"


def check_reused(name, former, remaining, reuse, at=watcher, opened_by="syn"):
    """The wait ended so, and a new life began. remaining: ms by the kernel, at a time."""
    ended = at.wait(*former.ends, event="time_wait", phase="ended")
    if len(ended) != 1 or not remaining:
        lab.check(name, False, f"the waits that ended: {ended}; the kernel had {'a' if remaining else 'no'} socket")
        return
    event, at_syn = ended[0], remaining(lab.time_of(ended[0]["ts"]))
    got = event["outcome"], event.get("reuse"), event["end"]
    at.wait(*former.ends, count=2, event="state", cause="handshake_ack")
    too_slow = reuse != "sequence" and not begins_below(former, at)
    if too_slow:
        reuse, opened_by = "sequence", "syn"
    reuses[reuse] += at is watcher
    opened = [e for e in at.of(*former.ends, event="state", cause=opened_by) if e["flow"] != event["flow"]]
    if got != ("reused", reuse, former.role):
        lab.check(name, False, f"{got}, not reused, {reuse}, {former.role}")
    elif abs(event["remaining_ms"] - at_syn) > machine.widen(TOLERANCE_MS):
        lab.check(name, False, f"{event['remaining_ms']} ms were left; of the kernel's wait {at_syn:.1f}")
    elif abs(event["elapsed_ms"] + event["remaining_ms"] - TWO_MSL_MS) > 1:
        lab.check(name, False, f"{event['elapsed_ms']} ms waited and {event['remaining_ms']} ms left")
    elif len(opened) != 1:
        lab.check(name, False, f"SYNs that began a new life: {opened}")
    elif too_slow:
        lab.skip(name, TOO_SLOW)
    else:
        lab.check(name, True)
        left_over.append(event["remaining_ms"] - at_syn)


def use(connection):
    lab.exchange(*connection)
    for end in connection:
        end.close()


def reconnect(netns, listener, former, version, address=None, choose=False):
    """The same endpoints again; choose: the kernel is to choose the port."""
    use(lab.connect(netns, listener, version, 0 if choose else former.ends[0][1], address))


def towards_a_waiting_server(listeners):
    for version in (4, 6):
        former = Former(listeners[version], version, 30001, "server")
        time.sleep(0.3)
        remaining = former.kernel_remaining()
        reconnect(client_ns, listeners[version], former, version)
        check_reused(f"IPv{version}, bound port, the server waits: by sequence", former, remaining, "sequence")

        former = Former(listeners[version], version, 30002, "server", size=BULK)
        remaining = former.kernel_remaining()
        time.sleep(0.05)  # its clock must have ticked
        reconnect(client_ns, listeners[version], former, version)
        check_reused(f"IPv{version}, the same, its ISN is old: by timestamp", former, remaining, "timestamp")


def too_early(version, listener, remaining):
    """None, or the connection that the kernel rightly allowed, because a second had passed."""
    name = f"IPv{version}, tcp_tw_reuse: not within a second"
    if SECONDS_ONLY:
        lab.skip(name, "this kernel counts whole seconds")
        return None
    try:
        connection = lab.connect(client_ns, listener, version)
    except OSError as error:
        lab.check(name, error.errno == errno.EADDRNOTAVAIL, error)
        return None
    waited = TWO_MSL_MS - remaining(time.time_ns())
    if waited < REUSE_DELAY_MS:
        lab.check(name, False, f"the kernel allowed it after {waited:.0f} ms at most")
    else:
        lab.skip(name, f"it took this machine {waited:.0f} ms to get that far")
    return connection


def from_a_waiting_client(listeners):
    """tcp_tw_reuse: the kernel allows it from one second on (tcp_tw_reuse_delay)."""
    client_ns.sysctl("net.ipv4.tcp_tw_reuse", 1)
    # Only one port to choose.
    client_ns.sysctl("net.ipv4.ip_local_port_range", "30003 30003")
    for version in (4, 6):
        former = Former(listeners[version], version, 0, "client")
        remaining = former.kernel_remaining()
        connection = too_early(version, listeners[version], remaining)
        if connection:
            use(connection)
        else:
            time.sleep(2.1 if SECONDS_ONLY else 1.2)
            reconnect(client_ns, listeners[version], former, version, choose=True)
        check_reused(f"IPv{version}, tcp_tw_reuse, the client waits: by sequence", former, remaining, "sequence")
    client_ns.sysctl("net.ipv4.ip_local_port_range", "32768 60999")
    client_ns.sysctl("net.ipv4.tcp_tw_reuse", 0)


def bound_by_a_waiting_client(listeners):
    """A port that is bound on purpose need not wait for that second, nor for the sysctl."""
    for version in (4, 6):
        former = Former(listeners[version], version, 30004, "client")
        remaining = former.kernel_remaining()
        time.sleep(0.1)
        reconnect(client_ns, listeners[version], former, version)
        check_reused(f"IPv{version}, bound port, the client waits: by sequence", former, remaining, "sequence")


def on_loopback(listeners):
    """tcp_tw_reuse=2, the default: only there."""
    server_ns.sysctl("net.ipv4.tcp_tw_reuse", 2)
    former = Former(listeners[4], 4, 30006, "client", server_ns, "127.0.0.1")
    former.netns = server_ns
    remaining = former.kernel_remaining()
    time.sleep(2.1 if SECONDS_ONLY else 1.2)
    reconnect(server_ns, listeners[4], former, 4, "127.0.0.1")
    check_reused("tcp_tw_reuse=2, loopback, the client waits: by sequence", former, remaining, "sequence", loopback)


def without_safety(listeners):
    """tcp_max_tw_buckets=0: the kernel does not wait at all, and takes any SYN."""
    client_ns.sysctl("net.ipv4.tcp_timestamps", 0)
    server_ns.sysctl("net.ipv4.tcp_max_tw_buckets", 0)
    former = Former(listeners[4], 4, 30007, "server", size=BULK)
    time.sleep(0.2)
    lab.check("tcp_max_tw_buckets=0: the kernel has no socket", not former.kernel_remaining(), "it has")
    started = watcher.wait(*former.ends, event="time_wait", phase="started")
    begun = lab.time_of(started[0]["ts"]) if started else 0
    reconnect(client_ns, listeners[4], former, 4)
    check_reused("tcp_max_tw_buckets=0, no timestamps, an old ISN: unsafe", former,
                 lambda at: TWO_MSL_MS - (at - begun) / 1e6, "unsafe", opened_by="syn_ack")
    server_ns.sysctl("net.ipv4.tcp_max_tw_buckets", 4096)


def assassinated_by_its_own_client(listeners):
    """No timestamps, an old ISN: the waiting end answers the SYN with an ACK, the client that
    with RST, which kills the wait (RFC 1337); the SYN that comes again finds nobody."""
    former = Former(listeners[4], 4, 30008, "server", size=BULK)
    lab.check("an old SYN: the kernel waits", former.kernel_remaining(), "it does not")
    reconnect(client_ns, listeners[4], former, 4)
    ended = watcher.wait(*former.ends, event="time_wait", phase="ended")
    client_ns.sysctl("net.ipv4.tcp_timestamps", 1)
    if not begins_below(former):
        lab.skip("an old SYN", TOO_SLOW)
        reuses["sequence"] += 1
        return
    # So many bytes at such a speed are not sent without a retransmission in haste.
    strays = [e["kind"] for e in watcher.of(*former.ends, event="stray") if e["kind"] != "spurious_retransmit"]
    lab.check("an old SYN: a stray first", strays[:1] == ["late_syn"], f"{strays}")
    lab.check("an old SYN: the RST that it leads to ended the wait",
              [(e["outcome"], e["end"]) for e in ended] == [("reset", "responder")], ended)
    lives = {e["flow"] for e in watcher.wait(*former.ends, count=2, event="state", cause="handshake_ack")}
    lab.check("an old SYN: then a new life", len(lives) == 2, f"{len(lives)} lives")


def main():
    listeners = {version: lab.listen(server_ns, version, 8000 + version) for version in (4, 6)}
    towards_a_waiting_server(listeners)
    from_a_waiting_client(listeners)
    bound_by_a_waiting_client(listeners)
    on_loopback(listeners)
    without_safety(listeners)
    assassinated_by_its_own_client(listeners)
    counted = watcher.report("timewait")[0]["reuse"]
    lab.check("timewait counts them by what made them safe", collections.Counter(counted) == reuses and
              sum(reuses.values()) >= 9, f"{counted}, not {dict(reuses)}")
    lab.say(f"what was left of 2MSL: ours less the kernel's: {lab.spread(left_over)}")
    machine.say()
    lab.check("no event was lost", not watcher.lost() and not loopback.lost())
    lab.done()


main()
