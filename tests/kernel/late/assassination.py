#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""assassination.py WATCHER: at the server, which waits. The RST that kills
TIME_WAIT (RFC 1337), and what does not, made by hand. With tcp_rfc1337=0 the
kernel's socket is gone. With 1 it stays: an observer cannot know, says that the
wait was reset, and must take that back once the waiting end speaks again."""
import os
import sys

import lab
import sock_diag
import stalls

TWO_MSL_NS = 60 * 10**9
TOLERANCE_MS = 20

machine = stalls.Stalls()
client_ns, server_ns = lab.Netns(os.environ["CLIENT_NS"]), lab.Netns(os.environ["SERVER_NS"])
watcher = lab.Watcher(sys.argv[1])
wire = lab.Wire(server_ns, "server0")


def hear_client(on):
    """Does what the server sends reach it? Else it goes to an address that nobody has."""
    server_ns.run("ip", "neighbour", "replace", lab.CLIENT[4], "dev", "server0", "nud", "permanent",
                  "lladdr", "02:00:00:00:77:01" if on else "02:00:00:00:77:99")


class Wait:
    """A connection that the server closed first. From then on the client's kernel hears no
    more of it: it has no socket left, and would send RSTs of its own."""

    def __init__(self, listener, name):
        self.name = name
        hear_client(True)
        client, server = lab.connect(client_ns, listener)
        self.ends = lab.endpoints(client)
        lab.exchange(client, server)
        lab.close(server, client)
        lab.until(lambda: self.kernel())
        hear_client(False)
        fin = lab.until(lambda: [s for s in wire.of(*self.ends) if s.flags & lab.FIN and s.source == self.ends[0]])[0]
        self.next, self.expected = fin.end, fin.ack  # the client's number, and the server's
        self.fin = fin

    def send(self, flags, seq, ack=0, payload=b""):
        """As the client."""
        lab.send_segment(client_ns, *self.ends, flags, seq, ack, payload)
        machine.sleep(0.05)

    def kernel(self):
        return sock_diag.timers(server_ns).get(self.ends[::-1])

    def ended(self):
        return [e["outcome"] for e in watcher.of(*self.ends, event="time_wait", phase="ended")]

    def strays(self):
        return [e["kind"] for e in watcher.of(*self.ends, event="stray")]

    def check(self, what, fine, why=""):
        lab.check(f"{self.name}: {what}", fine, why)

    def flow(self):
        return watcher.table().get(frozenset(self.ends))

    def check_waits(self, what, restarts):
        """The table's wait is that of the kernel's socket."""
        flow, kernel = self.flow(), self.kernel()
        if not flow or not kernel:
            self.check(what, False, f"the flow: {flow}; the kernel's socket: {kernel}")
            return
        wait, state = flow["time_wait"], flow["responder"]["state"]
        if state != "TIME_WAIT" or not wait or wait["outcome"] or wait["restarts"] != restarts:
            self.check(what, False, f"{state}, {wait}, not {restarts} restarts")
            return
        apart = (lab.time_of(flow["ts"]) + wait["remaining_ms"] * 1e6 - kernel.expires_at) / 1e6
        self.check(what, abs(apart) <= machine.widen(TOLERANCE_MS), f"{apart:.1f} ms from the kernel's timer: {wait}")


def honoured(listener):
    wait = Wait(listener, "tcp_rfc1337=0")
    wait.send(lab.RST, wait.next)
    wait.check("the kernel's socket is gone", not wait.kernel(), "it is there")
    ended = watcher.wait(*wait.ends, event="time_wait", phase="ended")
    wait.check("the wait was reset", [(e["outcome"], e["end"]) for e in ended] == [("reset", "responder")], ended)
    flow = wait.flow()
    wait.check("the flow's record says so, too", flow and flow["time_wait"]["outcome"] == "reset" and
               flow["responder"]["state"] == "CLOSED", flow)


def ignored(listener, name, then):
    """tcp_rfc1337=1; then: what makes the waiting end speak."""
    wait = Wait(listener, f"tcp_rfc1337=1, then {name}")
    wait.send(lab.RST, wait.next)
    wait.check("the kernel's socket is there", wait.kernel(), "it is gone")
    watcher.wait(*wait.ends, event="time_wait", phase="ended")
    wait.check("the wait seems to be reset", wait.ended() == ["reset"], wait.ended())
    answers = len(wire.of(*wait.ends))
    then(wait)
    spoke = [s for s in wire.of(*wait.ends)[answers:] if s.source == wait.ends[1]]
    wait.check("the waiting end answers", [s.flags for s in spoke] == [lab.ACK], spoke)
    return wait


def check_taken_back(wait):
    taken_back = watcher.wait(*wait.ends, patience=2, event="state", cause="rst_ignored")
    wait.check("the reset is taken back", len(taken_back) == 1 and taken_back[0]["responder"]["state"] == "TIME_WAIT",
               taken_back)


def an_old_syn(listener):
    """After what seems to be a reset it opens a new life; the waiting end's ACK is of the old one."""
    wait = ignored(listener, "an old SYN", lambda w: w.send(lab.SYN, w.next - 100000))
    wait.check("the ACK challenges it", wait.strays() == ["challenge_ack"], wait.strays())


def not_exact(listener):
    """An RST with another number kills nothing, whatever the setting."""
    wait = Wait(listener, "an RST beyond the next number")
    wait.send(lab.RST, wait.next + 1000)
    wait.check("the kernel's socket is there", wait.kernel(), "it is gone")
    wait.check("is a late RST", wait.strays() == ["late_rst"] and not wait.ended(), wait.strays() + wait.ended())
    wait.check_waits("the wait goes on", 0)


def main():
    listener = lab.listen(server_ns, 4, 8004)
    server_ns.sysctl("net.ipv4.tcp_rfc1337", 0)
    honoured(listener)
    not_exact(listener)
    server_ns.sysctl("net.ipv4.tcp_rfc1337", 1)

    def send_fin_again(wait):
        wait.send(lab.FIN | lab.ACK, wait.fin.seq, wait.fin.ack)

    wait = ignored(listener, "the FIN again", send_fin_again)
    check_taken_back(wait)
    wait.check_waits("2MSL restarted with the FIN", 1)
    told = [e["phase"] for e in watcher.of(*wait.ends, event="time_wait")]
    wait.check("what was told of the wait", told == ["started", "ended", "started"], told)
    wait = ignored(listener, "late data",
                   lambda w: w.send(lab.PSH | lab.ACK, w.fin.seq - 10, w.fin.ack, b"late data."))
    check_taken_back(wait)
    # Linux restarts its timer for whatever it answers; RFC 9293 only for the FIN (RULES 20).
    flow = wait.flow()
    since = lab.time_of(flow["time_wait"]["since"]) if flow and flow["time_wait"] else 0
    wait.check("the wait counts from the last ACK as before", flow and flow["responder"]["state"] == "TIME_WAIT" and
               flow["time_wait"]["outcome"] is None and
               abs(since - wait.fin.time) < machine.widen(TOLERANCE_MS) * 1e6, flow)
    an_old_syn(listener)
    machine.say()
    lab.check("no event was lost", not watcher.lost())
    lab.done()


main()
