# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""A scene for every kind of stray on a connection that lives, or opens. What stands beside
each is RULES 24's definition, as exact as the RFCs make it: the labels follow from it."""
from conversation import lateness, talk
from wire import ACK, FIN, MS, NS, PSH, RST, SYN, WORD, before

SCENES = {}


def scene(function):
    SCENES[function.__name__] = function
    return function


# ---- on a live connection: data ----


def older_than_newest(c, x):
    """Data of x that was acknowledged, and sent before the tick of its newest segment."""
    newest = c.ends[x].heard_last[1]
    return [s for s in c.ends[x].sent if s.length and s.ts and before(s.ts[0], newest)]


@scene
def old_duplicate(c):
    """Payload that has all been acknowledged, and by its TSval sent before something that its sender
    has sent since: the network kept a copy. Variants: amid talk, after a pause, and just after the
    other end has spoken."""
    c.timestamps = True
    talk(c)
    for _ in range(3):
        x = c.rng.randrange(2)
        variant = c.rng.randrange(3)
        if variant:
            c.wait(min(lateness(c, x), 30 * NS))
        if variant == 2:
            c.send(1 - x, ACK | PSH, 100)  # x has not answered yet
            c.ms(1, 3)
        copies = older_than_newest(c, x)
        if copies:
            c.stray(x, "old_duplicate", c.rng.choice(copies))
        c.ack(1 - x, "dup_ack")
        c.ack(x)
        c.data(x)


@scene
def old_duplicate_unechoed(c):
    """The same, where RFC 7323 4.3 has not moved TS.Recent on: of two segments under one (delayed)
    ACK only the first sets it. A copy of the first is older than the second, though PAWS would pass it. An
    observer that keeps no more than the receiver does may take it for sent anew."""
    c.timestamps = True
    c.handshake()
    c.chat()
    tick = c.ends[0].clock.tick_ms()
    x = 0
    first = c.send(x, ACK | PSH, 500)
    c.wait((tick + 2) * MS)
    c.send(x, ACK | PSH, 500)
    c.ack(1 - x)
    c.ms(200, 2000)
    c.stray(x, "old_duplicate", first, instead="spurious_retransmit")
    c.ack(1 - x, "dup_ack")
    c.data(x)


@scene
def spurious_retransmit(c):
    """Payload that has all been acknowledged, sent anew: its TSval is not older than its sender's
    newest. Where there are no timestamps nothing tells it from an old duplicate, and the rules
    take it for this."""
    talk(c)
    for _ in range(3):
        x = c.rng.randrange(2)
        c.data(x)
        last = [s for s in c.ends[x].sent if s.length][-1]
        c.ms(1, 1000 if c.rng.random() < 0.5 else 40000)
        again = c.make(x, ACK | PSH, last.length, seq=last.seq)
        c.stray(x, "spurious_retransmit", again)
        c.ack(1 - x, "dup_ack")


@scene
def out_of_window(c):
    """Beyond the right edge that its receiver has offered, and no probe of a shut window."""
    talk(c)
    for _ in range(3):
        x = c.rng.randrange(2)
        edge = c.ends[1 - x].edge
        s = c.make(x, ACK | PSH, c.rng.choice((0, 1, 700, 1400)), seq=edge + c.rng.randrange(1, 200000))
        c.stray(x, "out_of_window", s)
        c.ack(1 - x, "answer_to_stray")
        c.data(x)


@scene
def paws_stale(c):
    """Its timestamp is older than what its receiver holds (RFC 7323 5.3), though it carries bytes that have not
    been acknowledged, or none at all. An ACK that others have just overtaken is no stray; one that
    is seconds old is."""
    c.timestamps = True
    c.handshake()
    c.chat()
    for _ in range(3):
        x = c.rng.randrange(2)
        ago = lateness(c, x, 3500, 20000)
        if c.rng.random() < 0.6:
            s = c.make(x, ACK | PSH, c.rng.randrange(1, 1400), ago=ago)
        else:
            s = c.make(x, ACK, ago=ago)
        c.stray(x, "paws_stale", s)
        c.ack(1 - x, "dup_ack")
        c.data(x)


@scene
def data_after_fin(c):
    """Payload beyond one's own FIN, which has arrived."""
    talk(c)
    x = c.rng.randrange(2)
    c.send(x, FIN | ACK)
    c.ack(1 - x)
    for _ in range(2):
        c.ms(1, 500)
        c.stray(x, "data_after_fin", c.make(x, ACK | PSH, c.rng.randrange(1, 1400)))
        c.ack(1 - x, "dup_ack")
    c.data(1 - x)
    c.send(1 - x, FIN | ACK)
    c.ack(x)


# ---- on a live connection: the rest ----


@scene
def ack_unsent(c):
    """Acknowledges more than was sent, and more than its sender ever let come: no loss of ours explains it."""
    talk(c)
    for _ in range(3):
        x = c.rng.randrange(2)
        s = c.make(x, ACK, c.rng.choice((0, 0, 300)), ack=c.ends[x].edge + c.rng.randrange(10, 500000))
        c.stray(x, "ack_unsent", s)
        c.ack(1 - x, "answer_to_stray")
        c.data(x)
        c.data(1 - x)


@scene
def ack_unsent_in_opening(c):
    """The same while it opens: a SYN-ACK, or the handshake's ACK, for another SYN than was sent (RULES 5)."""
    c.send(0, SYN)
    c.ms(0.2, 4)
    away = c.rng.randrange(100000, 1 << 28)
    if c.rng.random() < 0.5:
        wrong = c.make(1, SYN | ACK, seq=c.ends[1].isn + 77777, ack=c.ends[0].snd_nxt + away)
        c.stray(1, "ack_unsent", wrong, checks=False)
        c.whatever(0, RST, seq=c.ends[0].snd_nxt + away)
        c.ms(1, 3)
    c.send(1, SYN | ACK)
    c.ms(0.2, 4)
    wrong = c.make(0, ACK, ack=c.ends[1].snd_nxt + away)
    c.stray(0, "ack_unsent", wrong, checks=False)
    c.whatever(1, RST, seq=c.ends[1].snd_nxt + away)
    c.ms(0.2, 4)
    c.agree_on_scale()
    c.send(0, ACK)
    c.data(0)
    c.data(1)


@scene
def rst_invalid(c):
    """RST that is not exactly what the receiver expects (RFC 5961 3.2): in the window it is challenged,
    outside ignored; and one for an opener that does not acknowledge its SYN (RFC 9293 3.10.7.3). Talk goes on."""
    talk(c)
    for _ in range(3):
        x = c.rng.randrange(2)
        away = c.rng.choice((c.rng.randrange(2, 9000), -c.rng.randrange(2, 9000), c.rng.randrange(1 << 20, 1 << 28)))
        s = c.make(x, RST | c.rng.choice((0, ACK)), seq=c.ends[x].snd_nxt + away, window=0, timestamps=False)
        c.stray(x, "rst_invalid", s)
        if c.ends[1 - x].in_window(s):
            c.innocent(1 - x, "challenge_ack", ACK)
        c.data(x)
        c.data(1 - x)


@scene
def rst_invalid_in_opening(c):
    c.send(0, SYN)
    c.ms(1, 4)
    seq, ack = c.rng.randrange(WORD), c.ends[0].snd_nxt + c.rng.randrange(1000, 1 << 28)
    c.stray(1, "rst_invalid", c.make(1, RST | ACK, seq=seq, ack=ack, window=0, timestamps=False), checks=False)
    c.ms(1, 4)
    c.send(1, SYN | ACK)
    c.ack(0)
    c.data(0)


@scene
def challenge_ack(c):
    """An ACK that answers a SYN: its sender still has an old connection, of which the opener knows
    nothing. The opener resets that one, and tries again (RFC 9293 3.5.1)."""
    c.send(0, SYN)
    c.ms(0.2, 5)
    old, expects = c.rng.randrange(WORD), c.rng.randrange(WORD)
    s = c.make(1, ACK, seq=old, ack=expects)
    c.stray(1, "challenge_ack", s, checks=False)
    c.ms(0.2, 5)
    c.whatever(0, RST, seq=expects)
    c.wait(1 * NS)
    c.innocent(0, "syn_retransmit", SYN, seq=c.ends[0].isn)
    c.ms(0.2, 4)
    c.send(1, SYN | ACK)
    c.ms(0.2, 4)
    c.agree_on_scale()
    c.send(0, ACK)
    c.data(0)
