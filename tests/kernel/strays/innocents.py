# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Scenes of segments that look odd and are no strays (RULES 24), each within a
connection that carries on, and closes as it should."""
from wire import ACK, FIN, NS, PSH, RST, SYN

SCENES = {}


def scene(function):
    SCENES[function.__name__] = function
    return function


def ends_well(c):
    c.data(0)
    c.data(1)
    c.close(c.rng.randrange(2))


@scene
def retransmissions(c):
    """Of what has not been acknowledged: lost behind the observer, sent again with a fresh timestamp,
    whole, cut otherwise, or with more behind it."""
    c.handshake()
    c.chat(1)
    for _ in range(6):
        x = c.rng.randrange(2)
        start, length = c.ends[x].snd_nxt, c.rng.randrange(400, 1400)
        c.send(x, ACK | PSH, length, arrives=False)
        for _ in range(c.rng.randrange(1, 3)):
            c.ms(200, 800)
            c.innocent(x, "retransmission", ACK | PSH, length, seq=start, arrives=False)
        c.ms(200, 900)
        c.innocent(x, "retransmission", ACK | PSH, length // 2, seq=start)
        c.ms(0.1, 1)
        c.innocent(x, "retransmission", ACK | PSH, length, seq=start + length // 2)
        c.ack(1 - x)
    ends_well(c)


@scene
def partly_acknowledged(c):
    """A retransmission of which the first part has been acknowledged, and the rest not."""
    c.handshake()
    c.chat(0.5)
    for _ in range(5):
        x = c.rng.randrange(2)
        start = c.ends[x].snd_nxt
        c.send(x, ACK | PSH, 600)
        c.ack(1 - x)
        c.send(x, ACK | PSH, 600, arrives=False)
        c.ms(200, 500)
        c.innocent(x, "retransmission", ACK | PSH, 1200, seq=start)
        c.ack(1 - x)
    ends_well(c)


@scene
def reordering(c):
    """Segments of one flight that pass in another order than they were sent; the receiver's dup ACKs with
    SACK blocks meanwhile."""
    c.handshake()
    c.chat(1)
    for _ in range(5):
        x = c.rng.randrange(2)
        flight, start = [], c.ends[x].snd_nxt
        for i in range(c.rng.randrange(3, 7)):
            flight.append(c.make(x, ACK | PSH, 500, seq=start + 500 * i))
            c.ms(0.1, 15)
        late = flight.pop(c.rng.randrange(len(flight) - 1))
        for s in flight:
            c.passes(x, s)
            if s.seq > late.seq:
                dup = c.make(1 - x, ACK)
                if c.ends[1 - x].beyond:
                    dup.sack = [c.ends[1 - x].beyond[-1]]
                c.passes(1 - x, dup, label={"innocent": "dup_ack"})
        c.ms(0.5, 30)
        c.passes(x, late, label={"innocent": "reordered"}, late=True)
        c.ack(1 - x)
    ends_well(c)


@scene
def overtaken_acks(c):
    """Pure ACKs that others, or data sent after them, have overtaken by less than a fifth of a second."""
    c.handshake()
    c.chat(1)
    for _ in range(8):
        x = c.rng.randrange(2)
        c.send(1 - x, ACK | PSH, 300)
        first = c.make(x, ACK)
        c.ms(1, 90)
        c.send(1 - x, ACK | PSH, 300)
        if c.rng.random() < 0.5:
            c.ack(x)
        else:
            c.send(x, ACK | PSH, 200)
        c.ms(1, 90)
        c.passes(x, first, label={"innocent": "overtaken_ack"}, late=True)
        c.data(x)
    ends_well(c)


@scene
def reordered_fin(c):
    """The FIN passes before the last data."""
    c.handshake()
    c.chat(0.5)
    x = c.rng.randrange(2)
    start = c.ends[x].snd_nxt
    data = c.make(x, ACK | PSH, 700)
    c.send(x, FIN | ACK, seq=start + 700)
    c.ack(1 - x, "dup_ack")
    c.passes(x, data, label={"innocent": "reordered"}, late=True)
    c.ack(1 - x)
    c.data(1 - x)
    c.send(1 - x, FIN | ACK)
    c.ack(x)


@scene
def keepalives(c):
    """Length 0 or 1, one below what is next (RFC 9293 3.8.4), and their answers; unanswered ones too."""
    c.handshake()
    c.chat()
    for _ in range(6):
        x = c.rng.randrange(2)
        c.ms(500, 60000)
        for _ in range(c.rng.choice((1, 1, 1, 3))):
            c.innocent(x, "keepalive", ACK, c.rng.randrange(2), seq=c.ends[x].snd_nxt - 1)
            c.ms(1000, 3000)
        c.ack(1 - x, "answer_to_keepalive")
    ends_well(c)


@scene
def zero_window(c):
    """The receiver shuts its window; probes are one below what is next (Linux), or the next byte itself
    (RFC 9293 3.8.6.1); then a window update."""
    c.handshake()
    c.chat(1)
    for _ in range(3):
        x = c.rng.randrange(2)
        me, to = c.ends[x], c.ends[1 - x]
        # Not more than what is offered already: that is how a window shuts.
        while (to.edge - me.snd_nxt) % (1 << 32) > 0:
            c.send(x, ACK | PSH, min((to.edge - me.snd_nxt) % (1 << 32), 16000))
            c.send(1 - x, ACK, window=((to.edge - to.rcv_nxt) % (1 << 32)) >> to.shift)
        next_byte = c.rng.random() < 0.5
        start = me.snd_nxt
        pause = 200
        for _ in range(c.rng.randrange(2, 5)):
            c.ms(pause, pause + 20)
            pause *= 2
            if next_byte:
                c.innocent(x, "zero_window_probe", ACK, 1, seq=start, arrives=False)
            else:
                c.innocent(x, "zero_window_probe", ACK, c.rng.randrange(2), seq=start - 1)
            c.innocent(1 - x, "zero_window_ack", ACK, window=0)
        c.ms(100, 3000)
        c.innocent(1 - x, "window_update", ACK)
        me.snd_nxt = start
        c.data(x, 3)
    ends_well(c)


@scene
def window_updates(c):
    c.handshake()
    c.chat(1)
    for _ in range(12):
        x = c.rng.randrange(2)
        c.ends[x].room = c.rng.randrange(20000, 65000) << c.ends[x].shift
        c.ms(1, 300)
        c.innocent(x, "window_update", ACK)
        if c.rng.random() < 0.4:
            c.data(1 - x)
    ends_well(c)


@scene
def dup_acks(c):
    """A segment was lost before the observer; each one behind it brings a dup ACK, until it comes again."""
    c.handshake()
    c.chat(1)
    for _ in range(4):
        x = c.rng.randrange(2)
        start = c.ends[x].snd_nxt
        c.send(x, ACK | PSH, 800, seen=False, arrives=False)
        for _ in range(c.rng.randrange(3, 8)):
            c.send(x, ACK | PSH, 800)
            c.ack(1 - x, "dup_ack")
        c.ms(1, 50)
        c.innocent(x, "retransmission", ACK | PSH, 800, seq=start)
        c.ack(1 - x)
    ends_well(c)


@scene
def missed_by_observer(c):
    """Bytes that arrive without having passed us are no lie of the end that acknowledges them (RULES 18)."""
    c.handshake()
    c.chat(1)
    for _ in range(4):
        x = c.rng.randrange(2)
        c.send(x, ACK | PSH, 900, seen=False)
        c.ack(1 - x, "ack_of_missed")
        c.data(x, 2)
        c.data(1 - x)
    ends_well(c)


@scene
def fast_open(c):
    """Data on the SYN (RFC 7413): taken with the SYN, or not, and then sent again after the handshake; the SYN's
    retransmission has none. The server may talk before the handshake's ACK."""
    length = c.rng.randrange(1, 1300)
    taken = c.rng.random() < 0.5
    c.innocent(0, "tfo_syn", SYN, length)
    if c.rng.random() < 0.3:
        taken = False
        c.ms(900, 1100)
        c.innocent(0, "syn_retransmit", SYN, seq=c.ends[0].isn)
    start = (c.ends[0].isn + 1) % (1 << 32)
    c.ms(0.3, 4)
    if not taken:
        c.ends[1].rcv_nxt = start
    c.innocent(1, "tfo_syn_ack", SYN | ACK)
    c.agree_on_scale()
    if taken and c.rng.random() < 0.5:
        c.ms(0.1, 2)
        c.innocent(1, "tfo_early_data", ACK | PSH, 500)
    c.ms(0.3, 4)
    if taken:
        c.send(0, ACK)
    else:
        c.send(0, ACK, seq=start)
        c.innocent(0, "tfo_data_again", ACK | PSH, length, seq=start)
        c.ack(1)
    c.chat(1)
    ends_well(c)


@scene
def openings(c):
    """SYN and SYN-ACK that are lost and come again; a late ACK of the handshake."""
    c.send(0, SYN)
    for _ in range(c.rng.randrange(3)):
        c.ms(990, 1010)
        c.innocent(0, "syn_retransmit", SYN, seq=c.ends[0].isn)
    c.ms(0.3, 4)
    c.send(1, SYN | ACK)
    for _ in range(c.rng.randrange(3)):
        c.ms(990, 1010)
        c.innocent(1, "syn_ack_retransmit", SYN | ACK, seq=c.ends[1].isn)
    c.agree_on_scale()
    c.ms(0.3, 4)
    c.send(0, ACK)
    c.chat(0.5)
    ends_well(c)


@scene
def challenges(c):
    """RFC 5961: a live end answers a SYN, or an RST that is in the window, with an ACK. Here the SYN is of
    a host that has crashed and opens again: it resets the old connection, and a new one follows."""
    c.handshake()
    c.chat()
    for _ in range(4):
        x = c.rng.randrange(2)
        seq = c.ends[x].snd_nxt + c.rng.randrange(2, 9000)
        c.stray(x, "rst_invalid", c.make(x, RST, seq=seq, window=0, timestamps=False))
        c.innocent(1 - x, "challenge_ack", ACK)
        c.data(x)
        c.data(1 - x)
    a, b = c.ends
    numbers = b.snd_nxt, b.rcv_nxt
    a.begin(a.snd_nxt + 1000000)
    b_ts = b.ts_recent
    c.whatever(0, SYN, arrives=False)
    b.snd_nxt, b.rcv_nxt, b.ts_recent = numbers[0], numbers[1], b_ts
    c.innocent(1, "challenge_ack", ACK, arrives=False)
    c.ms(0.2, 2)
    c.send(0, RST, seq=numbers[1], window=0, timestamps=False, arrives=False)
    c.wait(1 * NS)
    isn = a.isn
    c.begin([isn, b.snd_nxt + 5000000])
    c.handshake()
    c.data(0)
    c.data(1)


@scene
def lost_last_words(c):
    """FINs that come again before they are acknowledged; half-closed talk; FINs that cross."""
    c.handshake()
    c.chat(0.5)
    if c.rng.random() < 0.3:
        c.close_together()
        return
    x = c.rng.randrange(2)
    c.send(x, FIN | ACK, arrives=False)
    for _ in range(c.rng.randrange(1, 4)):
        c.ms(200, 900)
        c.innocent(x, "fin_retransmit_unacknowledged", FIN | ACK, seq=c.ends[x].snd_nxt - 1)
    c.ack(1 - x)
    for _ in range(4):
        c.send(1 - x, ACK | PSH, 500)
        c.innocent(x, "half_closed_ack", ACK)
    c.send(1 - x, FIN | ACK)
    c.ack(x)


@scene
def refusals(c):
    """An RST that answers a SYN, and one that is exactly in order: they are taken."""
    c.send(0, SYN)
    if c.rng.random() < 0.5:
        c.ms(0.1, 3)
        c.innocent(1, "refusal", RST | ACK, seq=0, window=0, timestamps=False)
        return
    c.ms(0.1, 3)
    c.send(1, SYN | ACK)
    c.agree_on_scale()
    c.ack(0)
    c.data(0)
    x = c.rng.randrange(2)
    c.innocent(x, "reset_in_order", RST | ACK, timestamps=False)
