# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""A scene for every kind of stray that finds its connection ended: in TIME_WAIT, closed, followed
by another, or not known at all. What stands beside each is RULES 24's definition, as exact as the RFCs
make it: the labels follow from it."""
from conversation import lateness, talk
from wire import ACK, FIN, MS, NS, PSH, RST, SYN, WORD

SCENES = {}


def scene(function):
    SCENES[function.__name__] = function
    return function


def waits(c, halves=False):
    """Closed by one of them; returns who waits, and since when."""
    x = c.rng.randrange(2)
    talk(c)
    return x, c.close(x, halves)


# ---- in TIME_WAIT ----


@scene
def fin_retransmit(c):
    """The FIN of the peer of a waiting end, with the same end as before: by its sender, who
    misses the ACK (fresh timestamp), or held back on the way. Its bytes have all been received, so
    it is out of window; PAWS passes it if it is not older than the FIN that was taken."""
    x, since = waits(c)
    y = 1 - x
    pause = c.rng.choice((0.2, 0.4, 1.0)) * NS
    for _ in range(c.rng.randrange(1, 4)):
        c.wait(pause)
        pause *= 2
        again = c.make(y, FIN | ACK, seq=c.ends[y].snd_nxt - 1)
        c.stray(y, "fin_retransmit", again)
        c.innocent(x, "last_ack_again", ACK)
    first = [s for s in c.ends[y].sent if s.flags & FIN][0]
    c.wait(min(lateness(c, y), 20 * NS))
    c.stray(y, "fin_retransmit", first)
    c.innocent(x, "last_ack_again", ACK)


@scene
def late_data(c):
    """Payload for an end in TIME_WAIT, without a FIN: all that its peer ever sent lies below RCV.NXT."""
    x, since = waits(c, halves=c.rng.random() < 0.5)
    for _ in range(2):
        c.wait(min(lateness(c, 1 - x), 25 * NS))
        c.stray(1 - x, "late_data", c.any_data(1 - x), since=since)
        c.innocent(x, "answer_of_waiting_end", ACK)


@scene
def late_ack(c):
    """A pure ACK for an end in TIME_WAIT. One from before the FIN is below RCV.NXT. One that the
    peer sent in LAST_ACK, as an answer to a duplicate, is exactly RCV.NXT: in the window."""
    x, since = waits(c)
    y = 1 - x
    old = [s for s in c.ends[y].sent if s.flags == ACK and not s.length]
    for _ in range(2):
        c.wait(min(lateness(c, y), 25 * NS))
        if c.rng.random() < 0.3:
            s = c.make(y, ACK)
            c.stray(y, "late_ack", s, since=since)
            c.ends[x].receive(s)
        elif old:
            c.stray(y, "late_ack", c.rng.choice(old), since=since)


@scene
def late_rst(c):
    """RST for an end in TIME_WAIT that does not end the wait, because its number is not exactly RCV.NXT
    (RFC 5961 3.2; Linux too). In the window it would be challenged."""
    x, since = waits(c)
    y = 1 - x
    for _ in range(2):
        c.wait(c.rng.uniform(0.1, 20) * NS)
        away = c.rng.choice((-1, 1)) * c.rng.randrange(2, 4000)
        s = c.make(y, RST | c.rng.choice((0, ACK)), seq=c.ends[y].snd_nxt + away, window=0, timestamps=False)
        c.stray(y, "late_rst", s, since=since)


@scene
def late_syn(c):
    """A SYN in TIME_WAIT that is not beyond the last life's end, nor newer by its timestamp
    (RFC 6191); or a copy of the SYN of a connection that lives."""
    lives = c.rng.random() < 0.4
    talk(c)
    since = None if lives else c.close(1)
    syn = c.ends[0].sent[0]
    c.wait(min(lateness(c, 0), 25 * NS))
    c.stray(0, "late_syn", syn, since=since)
    c.innocent(1, "challenge_ack", ACK)
    if lives:
        c.data(0)
        c.data(1)
    elif not c.timestamps:
        # Another ISN, but one that lies below what was received.
        c.wait(1 * NS)
        s = c.make(0, SYN, seq=c.ends[0].snd_nxt - c.rng.randrange(1000, 100000))
        c.stray(0, "late_syn", s, since=since)
        c.innocent(1, "challenge_ack", ACK)


# ---- after the end ----


@scene
def after_close(c):
    """Anything for a connection of which both ends are CLOSED, before it is forgotten (60 s):
    copies from either end of data, ACKs, FIN, and the SYN with its old number."""
    talk(c)
    x = c.rng.randrange(2)
    if c.rng.random() < 0.3:
        c.close(x)
        c.ms(500, 4000)
        since = c.reset(1 - x)  # TIME-WAIT assassination: RFC 1337
    else:
        since = c.reset(x)
    for _ in range(3):
        y = c.rng.randrange(2)
        c.wait(c.rng.uniform(0.1, 12) * NS)
        # The last ACK of an end that waited might be its answer, which shows that it still does.
        copies = [s for s in c.ends[y].sent if not s.flags & RST and s.flags & (SYN | ACK) != SYN | ACK and
                  (s.seq != s.end or s.seq != c.ends[y].snd_nxt)]
        c.stray(y, "after_close", c.rng.choice(copies), since=since, checks=False, window=False)


def lives_again(c):
    """A second life of the tuple. Returns the segments of the first by end, and when it ended."""
    talk(c)
    dead = c.rng.random() < 0.4
    x = c.rng.randrange(2)
    if dead:
        c.reset(x)
    else:
        c.close(1)
    sent = [list(e.sent) for e in c.ends]
    ends = [e.snd_nxt for e in c.ends]
    c.ms(1200, 6000)
    c.wait(2 * max(e.clock.tick_ms() for e in c.ends) * MS)
    by_time = c.timestamps and not dead and c.rng.random() < 0.4
    if by_time:
        # RFC 6191: the timestamp is newer, the number is not beyond the end.
        isn = ends[0] - c.rng.randrange(2000, 20000)
    else:
        isn = ends[0] + c.rng.randrange(70000, 1 << 28)
    c.begin([isn, ends[1] + c.rng.randrange(70000, 1 << 28)])
    since = c.now
    c.handshake()
    return sent, since, by_time


@scene
def old_incarnation(c):
    """A segment of the life before. With timestamps: older than this life's SYN (its numbers may
    even lie in the window, where the new life was opened by a newer timestamp alone). Without:
    by numbers that are below the new ISN. Not in the window then, unless it straddles it."""
    sent, since, by_time = lives_again(c)
    if c.rng.random() < 0.7:
        c.chat()
    else:
        c.briefly()
    for _ in range(2):
        y = 0 if by_time else c.rng.randrange(2)
        copies = [s for s in sent[y] if not s.flags & (SYN | RST) and s.ack]
        c.ms(10, 3000)
        s = c.rng.choice(copies)
        c.stray(y, "old_incarnation", s, since=since)
    c.data(0)
    c.data(1)


@scene
def old_incarnation_in_window(c):
    """The same, where the harm can be done: the copy's bytes lie in the new life's window, because the
    ISN is lower than the last life's end. PAWS stops it where there are timestamps. Without
    them the reuse was unsafe (the waiting end took a SYN that it should not have), and nothing stops it."""
    c.handshake()
    c.chat()
    fat = c.send(0, ACK | PSH, 1400)
    c.ack(1)
    c.close(1)
    ends = [e.snd_nxt for e in c.ends]
    c.ms(1200, 3000)
    c.wait(2 * max(e.clock.tick_ms() for e in c.ends) * MS)
    isn = (fat.seq - 400) if c.timestamps else fat.seq + 900
    c.begin([isn, ends[1] + 100000])
    since = c.now
    if c.timestamps:
        c.send(0, SYN)
    else:
        # Neither beyond the end nor newer: a late SYN, until a handshake shows otherwise (RULES 22).
        c.send(0, SYN, label={"any": True})
    c.ms(0.2, 2)
    since = c.now if not c.timestamps else since
    c.send(1, SYN | ACK)
    c.ms(0.2, 2)
    c.agree_on_scale()
    c.send(0, ACK)
    c.ms(5, 50)
    c.stray(0, "old_incarnation", fat, since=since)
    if not c.timestamps:
        return  # its bytes have been taken: what follows is anybody's guess
    c.innocent(1, "answer_to_stray", ACK)
    c.data(0, 2)
    c.data(1)


@scene
def unknown(c):
    """An RST of no flow: nothing is known, and nothing begins."""
    for flags in (RST, RST | ACK):
        x = c.rng.randrange(2)
        s = c.make(x, flags, seq=c.rng.randrange(WORD), ack=c.rng.randrange(1, WORD), window=0, timestamps=False)
        c.stray(x, "unknown", s, checks=False)
        c.ms(1, 2000)
