# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Scenes of TIME_WAIT (RULES 19 to 22). Each returns the time_wait events that are due, in order; a
time is a pair where the rules leave a choice of two segments a few ms apart."""
from wire import ACK, FIN, MS, NS, RST, SYN

SCENES = {}
TWO_MSL = 60 * NS
ROLES = ("initiator", "responder")


def scene(function):
    SCENES[function.__name__] = function
    return function


def event(phase, x, low, high=None, **more):
    return dict({"phase": phase, "end": ROLES[x] if x is not None else "both",
                 "at": [low, low if high is None else high]}, **more)


def started(c, x, since):
    """Told when the FIN makes it wait; counted from its ACK."""
    return event("started", x, c.fin_passed, since, restarts=0)


def ended(x, since, at, outcome, restarts=0, high=None, **more):
    return event("ended", x, at, high, elapsed_ms=(at - since) / MS, restarts=restarts, outcome=outcome, **more)


def expired(x, since, restarts=0):
    return ended(x, since, since + TWO_MSL, "expired", restarts)


def reused(x, since, at, reuse, restarts=0, high=None):
    return ended(x, since, at, "reused", restarts, high, reuse=reuse, remaining_ms=(since + TWO_MSL - at) / MS)


def begins(c, x=None, last_ack=False):
    """Talks and closes: who waits, since when, and the event that is due. last_ack: it must pass us."""
    c.handshake()
    c.chat(0.5)
    x = c.rng.randrange(2) if x is None else x
    since = c.close(x, halves=c.rng.random() < 0.3, last_ack=last_ack or c.rng.random() < 0.8)
    return x, since, [started(c, x, since)]


def fin_again(c, x, since, restarts):
    """The waiting end's ACK was lost: the FIN comes again, and the wait begins anew with the new ACK."""
    at = c.now
    c.send(1 - x, FIN | ACK, seq=c.ends[1 - x].snd_nxt - 1)
    told = event("restarted", x, at, restarts=restarts, elapsed_ms=(at - since) / MS)
    if c.rng.random() < 0.2:
        return at, told  # that ACK passes us by as well
    c.ms(0.1, 3)
    at = c.now
    c.send(x, ACK)
    return at, told


@scene
def runs_out(c):
    """2MSL after the last ACK, or the FIN where that was not seen; late segments do not move it."""
    x, since, due = begins(c)
    y = 1 - x
    for _ in range(c.rng.randrange(3)):
        c.wait(c.rng.uniform(1, 15) * NS)
        what = c.rng.randrange(3)
        if what == 0:
            c.passes(y, c.any_data(y))
            c.send(x, ACK)
        elif what == 1:
            c.send(y, ACK)
        else:
            c.send(y, RST, seq=c.ends[y].snd_nxt - c.rng.randrange(2, 1000), window=0, timestamps=False)
    return due + [expired(x, since)]


@scene
def begins_anew(c):
    x, since, due = begins(c)
    count = c.rng.randrange(1, 6)
    for i in range(count):
        c.wait(c.rng.uniform(0.2, 40) * NS)
        since, told = fin_again(c, x, since, i + 1)
        due.append(told)
    return due + [expired(x, since, count)]


@scene
def assassinated(c):
    """RFC 1337: an exact RST, from a peer that knows the connection no more."""
    x, since, due = begins(c)
    restarts = c.rng.randrange(2)
    for i in range(restarts):
        c.wait(c.rng.uniform(0.2, 20) * NS)
        since, told = fin_again(c, x, since, i + 1)
        due.append(told)
    c.wait(c.rng.uniform(0.01, 39) * NS)
    at = c.now
    c.send(1 - x, RST, seq=c.ends[1 - x].snd_nxt, window=0, timestamps=False)
    return due + [ended(x, since, at, "reset", restarts)]


def second_life(c, isn, early=0):
    """Opens on the same tuple. Returns when its SYN and its SYN-ACK passed."""
    c.begin([isn, c.ends[1].snd_nxt + 70000])
    times = [c.now]
    c.send(0, SYN)
    c.ms(0.2, 3)
    times.append(c.now)
    c.send(1, SYN | ACK)
    c.ms(0.2, 3)
    c.agree_on_scale()
    c.send(0, ACK)
    return times


def newer_by_a_tick(c):
    c.wait(2 * max(e.clock.tick_ms() for e in c.ends) * MS if c.timestamps else 0)


@scene
def reused_by_sequence(c):
    """A SYN beyond the last life's end. Of the peer of the one that waits; or of that itself (tcp_tw_reuse,
    at least 1 s later). The second life waits in its turn, and its count begins at 0."""
    x, since, due = begins(c, last_ack=True)
    restarts = c.rng.randrange(2)
    if restarts:
        c.wait(c.rng.uniform(0.2, 10) * NS)
        since, told = fin_again(c, x, since, 1)
        due.append(told)
    c.wait(c.rng.uniform(1.01, 40) * NS)
    newer_by_a_tick(c)
    at, _ = second_life(c, c.ends[0].snd_nxt + c.rng.randrange(1, 1 << 29))
    due.append(reused(x, since, at, "sequence", restarts))
    c.chat(0.5)
    x = c.rng.randrange(2)
    since = c.close(x)
    return due + [started(c, x, since), expired(x, since)]


@scene
def reused_by_timestamp(c):
    """RFC 6191: not beyond, but with a newer timestamp."""
    c.timestamps = True
    x, since, due = begins(c, last_ack=True)
    c.wait(c.rng.uniform(1.01, 30) * NS)
    newer_by_a_tick(c)
    at, _ = second_life(c, c.ends[0].snd_nxt - c.rng.randrange(100, 1 << 29))
    c.data(0)
    c.data(1)
    return due + [reused(x, since, at, "timestamp")]


@scene
def reused_unsafely(c):
    """Neither beyond nor newer: the waiting end should have refused it, but a handshake completes."""
    x, since, due = begins(c, 1)
    c.wait(c.rng.uniform(0.1, 30) * NS)
    # With timestamps, another machine behind the same address: its clock is behind.
    c.ends[0].clock.at_zero -= 1000000
    syn, syn_ack = second_life(c, c.ends[0].snd_nxt - c.rng.randrange(100, 1 << 29))
    c.data(0)
    c.data(1)
    return due + [reused(x, since, syn, "unsafe", high=syn_ack)]


@scene
def refused_and_reset(c):
    """The waiting end answers a SYN that is too low with an ACK; the opener resets what it knows nothing
    of, which is exact, and ends the wait; its next SYN opens."""
    x, since, due = begins(c, 1)
    waiting = c.ends[1]
    expects, holds = waiting.rcv_nxt, waiting.ts_recent
    c.wait(c.rng.uniform(0.1, 30) * NS)
    c.ends[0].clock.at_zero -= 1000000
    isn = c.ends[0].snd_nxt - c.rng.randrange(100, 1 << 29)
    numbers = c.ends[0].snd_nxt
    c.send(0, SYN, seq=isn, arrives=False)
    c.ms(0.2, 2)
    waiting.rcv_nxt, waiting.ts_recent = expects, holds
    c.send(1, ACK, arrives=False)
    c.ms(0.2, 2)
    at = c.now
    c.send(0, RST, seq=numbers, window=0, timestamps=False, arrives=False)
    c.wait(1 * NS)
    second_life(c, isn)
    c.data(0)
    return due + [ended(x, since, at, "reset")]


@scene
def both_wait(c):
    """FINs that cross: each waits, from one of the two ACKs."""
    c.handshake()
    c.chat(0.5)
    times = c.close_together()
    due = [event("started", 1, times[0], times[1], restarts=0), event("started", 0, times[0], times[1], restarts=0)]
    last = ended(None, times[1], times[0] + TWO_MSL, "expired", high=times[1] + TWO_MSL)
    last["elapsed_ms"] = TWO_MSL / MS
    return due + [last]
