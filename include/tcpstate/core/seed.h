/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A flow from a socket: what a kernel knows of a connection that was there before
 * any packet of it passed the observer. Pure. x is the end whose socket it is, y =
 * x ^ 1 its peer. Of y only that is known which has arrived at x: its state is what
 * follows from x's if all that was sent has arrived, until y speaks, or its own socket is
 * read (both ends may be of one host).
 */
#ifndef TCPSTATE_CORE_SEED_H
#define TCPSTATE_CORE_SEED_H

#include "tcpstate/core/expiry.h"
#include "tcpstate/core/open.h"

/* What a socket tells; numbers in host byte order, windows scaled. */
struct socket_facts {
	__u32 snd_una;        /* the oldest number that is not acknowledged */
	__u32 snd_nxt;
	__u32 snd_edge;       /* right edge of what the peer takes */
	__u32 rcv_nxt;
	__u32 rcv_acked;      /* as the newest segment told the peer */
	__u32 rcv_edge;
	__u32 ts_recent;      /* the peer's newest timestamp */
	__u32 ts_sent;        /* an own one that the peer has; 0: none is known */
	__u64 bytes_acked;    /* by the peer; an active opener's SYN is counted as one */
	__u64 bytes_received;
	__u64 heard_ns;       /* since the peer was heard; 0: not known */
	__u64 remaining_ns;   /* of TIME_WAIT */
	__u16 traits;         /* of enum end_trait: the options that both agreed on */
	__u8 state;           /* enum tcp_end_state */
	__u8 snd_wscale;      /* the peer's */
	__u8 rcv_wscale;      /* its own */
	__u8 passive;         /* there is a listener at its port */
	__u8 fin_sent;        /* all has been sent, the FIN too; else it waits for the peer's window */
	__u8 fin_repeats;     /* how often that was sent again */
	__u8 how;             /* enum seeding: set by decide_seeding(), under the flow's lock */
	__u8 pad[7];
};
_Static_assert(sizeof(struct socket_facts) == 80, "no hidden padding");

/* What becomes of a socket's flow. */
enum seeding {
	SEED_NEW,       /* there was none */
	SEED_MET,       /* packets of it have passed since the hooks were attached, behind its handshake: completed */
	SEED_OTHER_END, /* its peer's socket was read before: both ends are of this host */
	SEED_TALKING,   /* the same, but segments that have passed since tell better where both ends are */
	SEED_BLIND,     /* the observer was blind: what was missed, the socket knows */
	SEED_KNOWN,     /* as it is */
};

static __always_inline bool is_told_by_socket(const struct flow *f, __u32 end)
{
	return f->past[end].seeded;
}

/* Read anew each time: what the verifier knows of them, it would try each way of, and remember, for all that follows. */
static __always_inline __u8 state_of(const struct socket_facts *s)
{
	return *(const volatile __u8 *)&s->state;
}

static __always_inline bool is_seeded_as(const struct socket_facts *s, enum seeding how)
{
	return *(const volatile __u8 *)&s->how == how;
}

/* What becomes of the flow that there is. */
static __always_inline enum seeding decide_seeding(const struct flow *f, __u32 x, __u64 blind_since)
{
	if (seeded_ends(f) && !is_told_by_socket(f, x))
		return packets_of(f, 0) || packets_of(f, 1) ? SEED_TALKING : SEED_OTHER_END;
	if (seeded_ends(f) && f->last_seen >= blind_since)
		return SEED_KNOWN;
	if (both_closed(f) || waiting_ends(state_pair_of(f)))
		return SEED_KNOWN; /* a new life of the tuple begins with a SYN */
	if (f->last_seen < blind_since)
		return SEED_BLIND;
	return f->traits & FLOW_MIDSTREAM ? SEED_MET : SEED_KNOWN;
}

/* Are the flow's numbers to be believed: have packets that the socket may not have looked at yet moved them on? */
static __always_inline bool keeps_numbers(const struct socket_facts *s)
{
	const __u8 how = *(const volatile __u8 *)&s->how;

	return how == SEED_MET || how == SEED_OTHER_END || how == SEED_TALKING;
}

static __always_inline __u32 newer(bool keep, __u32 mine, __u32 told)
{
	return keep && seq_after(mine, told) ? mine : told;
}

/* ---- numbers ------------------------------------------------------------ */

/* The end has come to next, and payload bytes of it, with what is under way, are behind it. */
static __always_inline void seed_count(struct flow *f, struct history *h, __u32 end, __u64 bytes)
{
	h->first[end_index(end)] = f->end[end].next - (__u32)bytes;
	h->turns[end_index(end)] = (h->first[end_index(end)] + bytes) >> 32;
	if (bytes >= LARGEST_WINDOW)
		f->past[end].traits |= END_LONG;
}

static __always_inline void seed_options(struct flow *f, __u32 end, const struct socket_facts *s, __u8 shift)
{
	const __u16 options = END_TIMESTAMPS | END_SACK | END_WSCALE;

	f->past[end].traits &= ~(options | END_SCALE_UNKNOWN);
	f->past[end].traits |= s->traits & options;
	set_wscale(f, end, s->traits & END_WSCALE ? shift : 0);
}

static __always_inline void seed_end(struct flow *f, __u32 end, const struct socket_facts *s, __u32 next, __u32 acked,
				     __u32 edge, __u32 tsval)
{
	const __u16 known = f->past[end].traits;
	struct end *e = &f->end[end];

	e->next = newer(keeps_numbers(s) && known & END_HEARD, e->next, next);
	e->acked = newer(keeps_numbers(s) && known & END_ACKED, e->acked, acked);
	e->edge = newer(keeps_numbers(s) && known & END_ACKED, e->edge, edge);
	e->tsval = newer(keeps_numbers(s) && known & END_TIMESTAMPS, e->tsval, tsval);
	/* What was held to be missing, or claimed, the socket has decided. */
	f->past[end].traits &= ~(END_HOLE | END_RST_DOUBTFUL | END_FIN_DOUBTFUL | END_FIN_HINT | END_ASKS_AGAIN);
	f->past[end].traits |= END_HEARD | END_ACKED;
}

/* x's SYN of an active opener counts as a byte of what is acknowledged. */
static __always_inline __u64 payload_acked(const struct flow *f, __u32 x, const struct socket_facts *s)
{
	return s->bytes_acked - (f->initiator == x && s->bytes_acked);
}

/* ---- states ------------------------------------------------------------- */

#define IN(state) (1u << STATE_##state)

static __always_inline bool is_in(const struct socket_facts *s, __u32 states)
{
	return states >> (state_of(s) & 15) & 1;
}

static __always_inline bool has_sent_fin(const struct socket_facts *s)
{
	return s->fin_sent && is_in(s, IN(FIN_WAIT_1) | IN(LAST_ACK) | IN(CLOSING) | IN(FIN_WAIT_2) | IN(TIME_WAIT));
}

static __always_inline bool has_received_fin(const struct socket_facts *s)
{
	return is_in(s, IN(CLOSE_WAIT) | IN(LAST_ACK) | IN(CLOSING) | IN(TIME_WAIT));
}

static __always_inline bool is_opening(const struct socket_facts *s)
{
	return is_in(s, IN(SYN_SENT) | IN(SYN_RECEIVED));
}

/*
 * Where x's peer is, as the tracker would have it (exchange.h): what arrived at x
 * it has sent, the ACKs that x has sent have arrived, a FIN only when it is acknowledged.
 */
#define PEER(state, peer) ((__u64)STATE_##peer << 4 * STATE_##state) /* four bits each, in one word */
#define PEERS                                                                                                       \
	(PEER(SYN_SENT, LISTEN) | PEER(SYN_RECEIVED, SYN_SENT) | PEER(ESTABLISHED, ESTABLISHED) |                   \
	 PEER(FIN_WAIT_1, ESTABLISHED) | PEER(FIN_WAIT_2, CLOSE_WAIT) | PEER(TIME_WAIT, CLOSED))
/* x has acknowledged all that it has received; or not yet, its peer's FIN perhaps. */
#define PEERS_TOLD (PEERS | PEER(CLOSE_WAIT, FIN_WAIT_2) | PEER(LAST_ACK, FIN_WAIT_2) | PEER(CLOSING, TIME_WAIT))
#define PEERS_UNTOLD (PEERS | PEER(CLOSE_WAIT, FIN_WAIT_1) | PEER(LAST_ACK, FIN_WAIT_1) | PEER(CLOSING, FIN_WAIT_1))

static __always_inline __u8 inferred_peer(const struct socket_facts *s)
{
	const __u64 table = s->rcv_acked == s->rcv_nxt ? PEERS_TOLD : PEERS_UNTOLD;

	/* Crossed SYNs: both have the other's. */
	if (is_in(s, IN(SYN_RECEIVED)) && !s->passive)
		return STATE_SYN_RECEIVED;
	return table >> 4 * (state_of(s) & 15) & 15;
}

static __always_inline void seed_fin(struct flow *f, __u32 end, __u32 fin)
{
	struct end_past *past = &f->past[end];
	bool first = !f->first_fin_ms;

	past->fin = fin;
	if (past->traits & END_FIN)
		return;
	past->traits |= END_FIN;
	f->closed_how = CLOSE_FIN;
	/* When it was sent is not known; 0 would say that it was not. */
	if (first)
		f->first_fin_ms = 1;
	else
		f->second_fin_ms = 1;
	if (!f->closed_by)
		f->closed_by = end + 1;
}

/* Both FINs, in the order in which they were sent: x's state says that. */
static __always_inline void seed_fins(struct flow *f, __u32 x, const struct socket_facts *s)
{
	/* x was not the first. */
	if (is_in(s, IN(LAST_ACK)))
		seed_fin(f, x ^ 1, s->rcv_nxt);
	if (has_sent_fin(s)) {
		seed_fin(f, x, s->snd_nxt);
		f->past[x].fins_unheard = s->fin_repeats;
		if (s->fin_repeats > 1 && s->snd_una != s->snd_nxt)
			f->past[x].traits |= END_FIN_UNHEARD;
	}
	if (has_received_fin(s))
		seed_fin(f, x ^ 1, s->rcv_nxt);
}

/* What a packet has shown that x's socket had not looked at: a FIN beyond, or its ACK. */
static __always_inline void catch_up(struct flow *f, __u32 x, const struct socket_facts *s)
{
	__u32 y = x ^ 1;

	if (has_seen_fin(f, y) && !has_received_fin(s)) {
		happens(f, y, SENT_FIN);
		happens(f, x, RCVD_FIN);
	}
	if (acks_fin(f, x, f->end[y].acked))
		happens(f, x, RCVD_ACK_OF_FIN);
}

/* TIME_WAIT, until the kernel's ends. two_msl_ns: how long the tracker lets one last. */
static __always_inline void seed_wait(struct flow *f, struct history *h, __u32 end, const struct socket_facts *s,
				      __u64 now, __u64 two_msl_ns)
{
	__u64 elapsed = two_msl_ns > s->remaining_ns ? two_msl_ns - s->remaining_ns : 0;

	h->wait_since[end_index(end)] = now - elapsed;
	h->wait_ends |= 1 << end;
	h->wait_acked |= 1 << end;
	f->changed = now - elapsed;
}

/* ---- openings ----------------------------------------------------------- */

/* Nothing is agreed on yet. What the SYN-ACK will answer, the SYN has offered; so all may have been. */
static __always_inline void seed_opening(struct flow *f, struct history *h, __u32 x, const struct socket_facts *s)
{
	__u32 y = x ^ 1;

	f->past[x].traits = END_HEARD | END_SYN | s->traits;
	f->end[x].tsval = s->ts_sent;
	set_wscale(f, x, s->rcv_wscale);
	if (is_in(s, IN(SYN_SENT))) {
		f->past[x].isn = s->snd_una;
		f->end[x].next = s->snd_nxt;
		f->end[x].edge = s->rcv_edge; /* it counts from the number that it does not know yet */
	} else {
		/* A request has no number of its own acknowledged, and nor has a whole socket after crossed SYNs. */
		f->past[x].isn = s->snd_una - (s->passive ? 1 : 0);
		f->end[x].next = s->snd_nxt;
		f->past[x].traits |= END_ACKED;
		f->end[x].acked = s->rcv_acked;
		f->end[x].edge = s->rcv_edge;
		f->past[y].traits = END_HEARD | END_SYN | s->traits;
		f->past[y].isn = s->rcv_nxt - 1 - (__u32)s->bytes_received;
		f->end[y].next = s->rcv_nxt;
		f->end[y].tsval = s->ts_recent;
		f->end[y].edge = s->snd_edge;
		set_wscale(f, y, s->snd_wscale);
		h->first[end_index(y)] = f->past[y].isn;
		h->turns[end_index(y)] = f->end[y].next < f->past[y].isn;
		if (!s->passive)
			f->traits |= FLOW_SIMULTANEOUS_OPEN;
	}
	h->first[end_index(x)] = f->past[x].isn;
	h->turns[end_index(x)] = f->end[x].next < f->past[x].isn;
}

/* ---- the whole flow ------------------------------------------------------ */

/* Since when it has been as it is, at least: what arrived last brought it there. Of what a close() did, nothing is known. */
static __always_inline __u64 lasts_since(const struct socket_facts *s, __u64 now)
{
	bool by_arrival = is_in(s, IN(ESTABLISHED) | IN(CLOSE_WAIT) | IN(FIN_WAIT_2));

	return by_arrival && s->heard_ns < now ? now - s->heard_ns : now;
}

static __always_inline void seed_roles(struct flow *f, __u32 x, const struct socket_facts *s)
{
	if (is_opening(s)) {
		f->initiator = is_in(s, IN(SYN_SENT)) || !s->passive ? x : x ^ 1;
		return;
	}
	f->initiator = s->passive ? x ^ 1 : guess_initiator(&f->key, x);
	f->traits |= FLOW_GUESSED_ROLES;
}

/* x as its socket has it, whatever there was. */
static __always_inline void seed_synchronized(struct flow *f, struct history *h, __u32 x, const struct socket_facts *s)
{
	__u32 y = x ^ 1;

	seed_end(f, x, s, s->snd_nxt, s->rcv_acked, s->rcv_edge, s->ts_sent);
	seed_options(f, x, s, s->rcv_wscale);
	if (!is_seeded_as(s, SEED_BLIND))
		seed_count(f, h, x, payload_acked(f, x, s) + (f->end[x].next - s->snd_una));
	if (is_told_by_socket(f, y))
		return;
	seed_end(f, y, s, s->rcv_nxt, s->snd_una, s->snd_edge, s->ts_recent);
	seed_options(f, y, s, s->snd_wscale);
	if (!is_seeded_as(s, SEED_BLIND))
		seed_count(f, h, y, s->bytes_received + (f->end[y].next - s->rcv_nxt));
}

/* Numbers far from the old: a gap is gigabytes at most, so the turns are told by set_next(). */
static __always_inline void seed_gap(struct flow *f, struct history *h, __u32 x, const struct socket_facts *s)
{
	set_next(f, h, x, s->snd_nxt);
	if (!is_told_by_socket(f, x ^ 1))
		set_next(f, h, x ^ 1, s->rcv_nxt);
	drop_claim(f, h, 0);
	drop_claim(f, h, 1);
	h->believed = 0;
	f->traits |= FLOW_INFERRED;
}

static __always_inline void seed_states(struct flow *f, __u32 x, const struct socket_facts *s)
{
	f->state[x] = s->state;
	if (!is_told_by_socket(f, x ^ 1))
		f->state[end_index(x ^ 1)] = inferred_peer(s);
}

/* Of what has shaken hands. */
static __always_inline void seed_connection(struct flow *f, struct history *h, __u32 x, const struct socket_facts *s,
					    __u64 now, __u64 two_msl_ns)
{
	const __u32 y = x ^ 1;

	seed_synchronized(f, h, x, s);
	f->traits |= FLOW_CONFIRMED;
	f->traits &= ~(FLOW_QUIET | FLOW_MIDSTREAM | FLOW_DOUBT);
	if (is_seeded_as(s, SEED_TALKING))
		return;
	seed_states(f, x, s);
	seed_fins(f, x, s);
	if (is_in(s, IN(TIME_WAIT)))
		seed_wait(f, h, x, s, now, two_msl_ns);
	if (is_in(s, IN(CLOSING))) {
		f->traits |= FLOW_SIMULTANEOUS_CLOSE;
		f->closed_by = 3;
		/* y's wait is not longer than x has waited for its ACK. */
		if (f->state[y] == STATE_TIME_WAIT && !is_told_by_socket(f, y)) {
			h->wait_since[end_index(y)] = now;
			h->wait_ends |= 1 << y;
		}
	}
	if (is_seeded_as(s, SEED_MET))
		catch_up(f, x, s);
}

/* Of what has not. Unless it is new, nothing is known that was not seen; but of two ends of one host, a request knows more. */
static __always_inline void seed_unopened(struct flow *f, struct history *h, __u32 x, const struct socket_facts *s)
{
	if (is_seeded_as(s, SEED_OTHER_END) && is_in(s, IN(SYN_RECEIVED))) {
		f->state[x] = STATE_SYN_RECEIVED;
		if (is_synchronized(f->state[end_index(x ^ 1)]))
			return;
	} else if (!is_seeded_as(s, SEED_NEW)) {
		return;
	}
	seed_states(f, x, s);
	seed_opening(f, h, x, s);
}

/*
 * The flow becomes what the socket of its end x says (s->how), as far as packets have not
 * told better. Of a new one the key and the id are set, and the rest is zero. two_msl_ns: as in seed_wait().
 */
static __always_inline void seed_flow(struct flow *f, struct history *h, __u32 x, const struct socket_facts *s, __u64 now,
				      __u64 two_msl_ns)
{
	if (is_seeded_as(s, SEED_NEW))
		f->start = f->changed = lasts_since(s, now);
	if (is_seeded_as(s, SEED_NEW) || is_seeded_as(s, SEED_MET))
		seed_roles(f, x, s);
	if (is_seeded_as(s, SEED_BLIND)) {
		seed_gap(f, h, x, s);
		f->changed = now;
	}
	if (is_opening(s))
		seed_unopened(f, h, x, s);
	else
		seed_connection(f, h, x, s, now, two_msl_ns);
	if (now > f->last_seen)
		f->last_seen = now;
	f->attention = ATTENTION_ALL; /* the first segments tell where they pass, and with what TTL */
	f->local |= x ? LOCAL_END_1 : LOCAL_END_0;
	if (!is_seeded_as(s, SEED_BLIND))
		f->past[x].seeded = 1;
	if (f->traits & FLOW_SELF) {
		mirror(f, x);
		f->local = LOCAL_BOTH;
	}
}

#endif
