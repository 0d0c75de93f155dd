# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
"""Two ends of TCP that talk past an observer, each with its own numbers.

Time is when a segment passes the observer; it was sent a little before. All
that the ends know of each other they know from segments that arrived. A label
says of a frame what it is by RULES.md; frames without one are ordinary.
"""
import random

from wire import ACK, FIN, MS, NS, PSH, RST, SYN, WORD, Segment, before

RATES = (1000, 250, 100, 10, 1)


class Clock:
    """The timestamp clock of one host (RFC 7323 5.4)."""

    def __init__(self, rate, at_zero):
        self.rate, self.at_zero = rate, at_zero

    def value(self, time):
        # Some stacks take a TSval of 0 for none (Linux TS.Recent): ours skip it.
        return (self.at_zero + time * self.rate // NS) % WORD or 1

    def tick_ms(self):
        return 1000 / self.rate


class End:
    def __init__(self, address, port, clock, ttl, way):
        self.address, self.port = address, port
        self.clock, self.ttl = clock, ttl
        self.way = way  # ns from here to the observer
        self.begin(0)

    def begin(self, isn):
        """A life of its own: nothing is known of a peer."""
        self.isn = self.snd_nxt = self.snd_una = isn % WORD
        self.rcv_nxt = self.last_ack = self.edge = self.ts_recent = None
        self.room = 60000      # what it lets its peer send
        self.shift = 0         # window scale, once agreed
        self.beyond = []       # [(seq, end)] received beyond a hole
        self.sent = []         # Segments of this life, as they passed
        self.heard_first = self.heard_last = None  # (time, TSval) of what was not late
        self.hinted = False    # a stray was newer than that

    def name(self):
        return (self.address, self.port)

    def in_window(self, s):
        """The sequence check of RFC 9293 3.10.7.4, table 6."""
        length = (s.end - s.seq) % WORD
        window = (self.edge - self.rcv_nxt) % WORD
        starts = (s.seq - self.rcv_nxt) % WORD
        ends = (s.end - 1 - self.rcv_nxt) % WORD
        if window == 0:
            return length == 0 and starts == 0
        return starts < window or (length > 0 and ends < window)

    def paws_rejects(self, s):
        """RFC 7323 5.3 R1, timestamps alone."""
        return s.ts is not None and self.ts_recent is not None and before(s.ts[0], self.ts_recent)

    def receive(self, s):
        if s.flags & SYN:
            self.rcv_nxt = self.last_ack = s.end
            if s.ts:
                self.ts_recent = s.ts[0]
        elif self.rcv_nxt is not None:
            # RFC 7323 4.3 (2)
            if s.ts and self.ts_recent is not None and not before(s.ts[0], self.ts_recent) and \
                    not before(self.last_ack, s.seq):
                self.ts_recent = s.ts[0]
            if s.seq != s.end:
                self.beyond.append((s.seq, s.end))
            self.take_what_fits()
        if s.flags & ACK and before(self.snd_una, s.ack) and not before(self.snd_nxt, s.ack):
            self.snd_una = s.ack

    def take_what_fits(self):
        """RCV.NXT moves over all that has come without a hole."""
        fits = True
        while fits:
            fits = [end for seq, end in self.beyond
                    if not before(self.rcv_nxt, seq) and before(self.rcv_nxt, end)]
            if fits:
                self.rcv_nxt = fits[0]
        self.beyond = [b for b in self.beyond if before(self.rcv_nxt, b[1])]


class Connection:
    """One tuple; its ends are numbered 0 (initiator) and 1."""

    def __init__(self, book, rng, number, timestamps, wraps, family, rates, shifts):
        self.book, self.rng, self.timestamps, self.wraps, self.shifts = book, rng, timestamps, wraps, shifts
        self.start = self.now = number * 37 * MS + rng.randrange(MS)
        self.ends = []
        for i in range(2):
            address = ("fd00:%x::%x" % (i + 1, number + 1) if family == 6 else
                       "10.%d.%d.%d" % (i + 1, number >> 8, number & 0xff))
            port = rng.choice((80, 443, 5432, 8080)) if i else rng.randrange(32768, 61000)
            ttl = rng.choice((64, 128, 255)) - rng.randrange(1, 20)
            self.ends.append(End(address, port, self.clock(rates[i]), ttl, rng.randrange(50000, 3 * MS)))
        self.begin()

    def clock(self, rate):
        """Some wrap soon after the connection begins."""
        first = self.start * rate // NS
        if self.wraps:
            value = self.rng.choice((WORD, WORD // 2)) - self.rng.randrange(1, max(3, rate * 4))
        else:
            value = self.rng.randrange(10000000, WORD // 2)
        return Clock(rate, value - first)

    def begin(self, isns=None):
        for i, end in enumerate(self.ends):
            isn = self.rng.randrange(WORD)
            if self.wraps:
                isn = self.rng.choice((WORD, WORD // 2)) - self.rng.randrange(1, 4000)
            end.begin(isns[i] if isns else isn)

    # ---- time ----

    def pace(self):
        """What a talk must be stretched by, so that the slower clock ticks in it."""
        return max(1.0, 20 / min(e.clock.rate for e in self.ends)) if self.timestamps else 1.0

    def wait(self, ns):
        self.now += int(ns)

    def ms(self, low, high):
        """Lets some time pass."""
        self.wait(self.rng.uniform(low, high) * MS)

    # ---- segments ----

    def make(self, x, flags, length=0, seq=None, ack=None, window=None, ago=0, timestamps=None):
        """What x would send now, or ns ago; nothing happens yet."""
        me, to = self.ends[x], self.ends[1 - x]
        sent_at = self.now - me.way - int(ago)
        if flags & SYN:
            field = min(me.room, 65535)
        else:
            field = me.room >> me.shift if window is None else window
        s = Segment(me.name(), to.name(), flags, me.snd_nxt if seq is None else seq,
                    (me.rcv_nxt or 0) if ack is None else ack, length, field, sent_at)
        s.ttl = me.ttl
        if self.timestamps if timestamps is None else timestamps:
            s.ts = (me.clock.value(sent_at), me.ts_recent or 0 if flags & ACK else 0)
        if flags & SYN:
            s.mss, s.sack_permitted, s.wscale = 1460, True, self.shifts[x]
        return s

    def passes(self, x, s, label=None, arrives=True, seen=True, late=False):
        """The segment goes by the observer now, and its sender knows that it sent it."""
        me, to = self.ends[x], self.ends[1 - x]
        resets = s.flags & RST  # its numbers may be of another life
        if before(me.snd_nxt, s.end) and not resets:
            me.snd_nxt = s.end
        if s.flags & ACK and not resets and me.rcv_nxt is not None:
            edge = (s.ack + (s.window << (0 if s.flags & SYN else me.shift))) % WORD
            if me.last_ack is None or not before(s.ack, me.last_ack):
                me.last_ack = s.ack
            if me.edge is None or before(me.edge, edge):
                me.edge = edge
        if seen:
            self.now = self.book.note(self.now, s, label)
            if s.ts and not late and not resets:
                me.heard_first = me.heard_first or (self.now, s.ts[0])
                if me.heard_last is None or before(me.heard_last[1], s.ts[0]):
                    me.heard_last = (self.now, s.ts[0])
        me.sent.append(s)
        if arrives and not resets:
            to.receive(s)
        self.wait(1000 + self.rng.randrange(200000))
        return s

    def send(self, x, flags, length=0, label=None, arrives=True, seen=True, late=False, **fields):
        return self.passes(x, self.make(x, flags, length, **fields), label, arrives, seen, late)

    def innocent(self, x, what, flags, length=0, **more):
        """A segment that looks odd, and is none of RULES 24's strays."""
        return self.send(x, flags, length, label={"innocent": what}, **more)

    def ack(self, x, what=None):
        self.ms(0.1, 4)
        return self.send(x, ACK, label={"innocent": what} if what else None)

    def whatever(self, x, flags, length=0, **fields):
        """A segment of which the rules do not say whether it is a stray."""
        return self.send(x, flags, length, label={"any": True}, **fields)

    # ---- what is said of strays ----

    def clock_is_known(self, x, s):
        """May the rate be known by now? True, False, or None: the rules leave open how much is enough,
        and whether s tells it that is newer than all before."""
        me = self.ends[x]
        if me.heard_first is None:
            return False
        ns = me.heard_last[0] - me.heard_first[0]
        ticks = (me.heard_last[1] - me.heard_first[1]) % WORD
        if ns >= 2 * NS and ticks >= 15:
            return True
        if before(me.heard_last[1], s.ts[0]):
            me.hinted = True
        return None if ticks > 1 or me.hinted else False

    def may_be_so_old(self, kind, s):
        """What was sent before its connection began has another clock (rule 44); a life before may have been older.
        None: but for a slow clock's tick."""
        before_it = 0 if kind == "old_incarnation" else self.start - s.sent_at
        return True if before_it <= 0 else None if before_it < 1.1 * NS else False

    def stray(self, x, kind, s, since=None, checks=True, window=None, instead=None):
        """s passes now, as a stray of that kind, or of the one instead. checks: the receiver has numbers to check
        it against; else window says it."""
        to = self.ends[1 - x]
        another_path = self.rng.random() < 0.3
        ttl = s.ttl - self.rng.randrange(1, 12) if another_path else s.ttl
        label = {
            "stray": kind, "instead": instead,
            "usual_ttl": self.ends[x].ttl if self.ends[x].sent else None, "ttl": ttl,
            "in_window": to.in_window(s) if checks else window,
            "paws_rejects": to.paws_rejects(s) if checks else None,
            "age_ms": None if since is None else (self.now - since) / MS,
            "lifetime_ms": (self.now - s.sent_at) / MS,
            "lifetime_known": bool(s.ts) and self.clock_is_known(x, s) and self.may_be_so_old(kind, s),
            "tick_ms": self.ends[x].clock.tick_ms(),
            # A TSval says no more than its tick; a clock that has skipped 0 is one ahead.
            "slack_ms": self.ends[x].clock.tick_ms() * (2 if self.wraps else 1),
            "variant": "%s %s %s" % ("IPv6" if ":" in s.source[0] else "IPv4", "timestamps" if s.ts else "none",
                                     "wraps" if self.wraps else "plain"),
        }
        copy = Segment.__new__(Segment)
        copy.__dict__.update(s.__dict__)
        copy.ttl = ttl
        self.now = self.book.note(self.now, copy, label)
        self.wait(1000 + self.rng.randrange(200000))

    # ---- parts of a conversation ----

    def handshake(self):
        self.send(0, SYN)
        self.ms(0.2, 4)
        self.send(1, SYN | ACK)
        self.ms(0.2, 4)
        self.agree_on_scale()
        self.send(0, ACK)

    def agree_on_scale(self):
        """Both SYNs have passed (RFC 7323 2.2)."""
        if None not in self.shifts:
            self.ends[0].shift, self.ends[1].shift = self.shifts

    def data(self, x, count=1, every=1):
        """count segments, acknowledged by twos or one by one."""
        for i in range(count):
            self.send(x, ACK | PSH, self.rng.randrange(2, 1400))  # 1 might be a keepalive
            if i % every == every - 1 or i == count - 1:
                self.ack(1 - x)

    def chat(self, seconds=None):
        """Both talk for long enough that either's clock can be learnt, if nothing else is said."""
        seconds = 2.5 * self.pace() if seconds is None else seconds
        turns = self.rng.randrange(8, 14)
        for i in range(turns):
            self.data(i % 2, self.rng.randrange(1, 4), self.rng.choice((1, 2)))
            self.wait(seconds * NS / turns * self.rng.uniform(0.9, 1.1))
        self.data(0)
        self.data(1)

    def briefly(self):
        """So short that nobody can know a clock's rate."""
        self.data(0)
        self.data(1)

    def close(self, x, halves=False, last_ack=True):
        """x closes first, and waits. Returns when: its ACK's time, or the FIN's where that was lost before us."""
        y = 1 - x
        self.ms(1, 20)
        self.send(x, FIN | ACK)
        self.ms(0.2, 4)
        if halves or self.rng.random() < 0.7:
            self.send(y, ACK)
            self.ms(0.2, 30)
        if halves:
            self.data(y, 2)
        fin_at = self.now
        self.send(y, FIN | ACK)
        self.fin_passed = fin_at
        self.ms(0.2, 4)
        acked_at = self.now
        self.send(x, ACK, seen=last_ack)
        return acked_at if last_ack else fin_at

    def close_together(self):
        """The FINs cross: both wait. Returns the times of the two ACKs."""
        first = [self.make(x, FIN | ACK) for x in (0, 1)]
        for x in (0, 1):
            self.passes(x, first[x], arrives=False)
        for x in (0, 1):
            self.ends[x].receive(first[1 - x])
        self.ms(0.2, 2)
        times = [self.now]
        self.send(0, ACK)
        self.ms(0.2, 2)
        times.append(self.now)
        self.send(1, ACK)
        return times

    def reset(self, x):
        """Exactly what the other expects: both are CLOSED. Returns when."""
        at = self.now
        self.send(x, RST | ACK)
        return at

    def any_data(self, x):
        """A data segment of this life that x sent, and that was acknowledged."""
        return self.rng.choice([s for s in self.ends[x].sent if s.length and not s.flags & SYN])


class Book:
    """All frames with their labels; no two pass at once."""

    def __init__(self):
        self.frames = []  # (time, order, Segment, label)
        self.taken = set()

    def note(self, time, segment, label):
        while time in self.taken:
            time += 1
        self.taken.add(time)
        self.frames.append((time, len(self.frames), segment, label))
        return time


def make_connection(book, rng, number, timestamps=None, rates=None, wraps=None):
    """Of all the ways that a connection can be, one by its number."""
    pick = random.Random(rng.randrange(1 << 62))
    timestamps = pick.random() < 0.75 if timestamps is None else timestamps
    rates = rates or (RATES[number % 5], RATES[number // 5 % 5])
    shifts = (None, None) if pick.random() < 0.2 else (pick.randrange(10), pick.randrange(10))
    wraps = pick.random() < 0.5 if wraps is None else wraps
    return Connection(book, rng, number, timestamps, wraps, pick.choice((4, 6)), rates, shifts)


def talk(c):
    """Opened and talking; now and then too short for a clock to be known."""
    c.handshake()
    if c.rng.random() < 0.2:
        c.briefly()
    else:
        c.chat()


def lateness(c, x, low=200, high=8000):
    """How long a held-back segment stays away; for slow clocks longer, so that ticks tell something."""
    tick = c.ends[x].clock.tick_ms() if c.timestamps else 1
    return c.rng.uniform(max(low, 4 * tick), max(high, 30 * tick)) * MS
