/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One end of a connection, as RFC 9293 3.10 has it, and where that leaves a
 * choice as Linux does. Payload is but a length. It holds no pointer: a copy is
 * an end that goes its own way, which tells what the end would be if it were
 * given other segments.
 */
#ifndef TCPSTATE_MODEL_ENDPOINT_H
#define TCPSTATE_MODEL_ENDPOINT_H

#include "wire.h"

/* What kind of TCP it is, and how its application behaves. */
enum habit {
	HABIT_LISTENS = 1 << 0,
	HABIT_DELAYS_ACKS = 1 << 1,
	HABIT_CLOSES_AT_EOF = 1 << 2, /* its FIN goes with the ACK of the other's */
	HABIT_REPLIES = 1 << 3,       /* each piece of data is answered at once: the ACK rides on it */
	HABIT_PROBES_A_BYTE = 1 << 4, /* RFC 9293's window probe; else Linux's, which is a keepalive */
};

struct piece {
	__u32 start, end;
	bool fin;
};

#define PIECES 6

struct endpoint {
	__u8 state;      /* enum state */
	__u16 been;      /* BIT(state): all that it has been in this life */
	__u8 life;
	__u8 habits;
	__u8 offers;     /* enum option: what its SYN carries */
	__u8 uses;       /* what both SYNs carried */
	__u8 scale, peer_scale;
	__u8 tries;      /* of the retransmission timer */
	bool orphan;     /* close(), not shutdown(): data for it is answered by RST */
	bool deaf;       /* the application does not read */
	bool wants_fin, sent_fin, got_fin;
	bool fin_acked;
	bool got_fin_first; /* before it sent its own */
	bool was_reset;
	bool gave_up;    /* its own timer ended it, without a word */
	bool passive;    /* it came from LISTEN */
	bool was_open;   /* in this life */
	bool ghost;      /* of a SYN that came once more, when its connection was over: no one else is in it */
	bool still;      /* a copy that only takes what comes: it does what needs no segment of its own */
	__u8 piece_count;
	__u32 iss, irs;
	__u32 una, next, peer_window, wl1, wl2, max_window;
	__u32 fin_end;      /* number after its FIN, once sent */
	__u32 peer_fin_end; /* once got */
	__u32 rcv_next, told, edge;
	__u32 buffer, unread;
	__u32 ts_recent, ts_offset;
	__u32 segment;   /* the largest it sends */
	__u32 reply;     /* bytes that answer a piece of data */
	__u64 to_send;
	__u64 rto_at, ack_at, probe_at, wait_until;
	struct piece piece[PIECES];
};

/* Takes what an end sends, at once. The end is as it is just then. */
struct outlet {
	void (*send)(void *arg, const struct endpoint *from, const struct wire *w);
	void *arg;
};

/* What became of a segment that arrived. */
enum fate {
	FATE_TAKEN,    /* acceptable: its data, ACK or flags counted, or said nothing new */
	FATE_PROBE,    /* a keepalive or window probe: answered, as it wants to be */
	FATE_REFUSED,  /* dropped, challenged, or answered by RST */
};

enum fate endpoint_receive(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out);

/* When its next timer runs out; and what happens then. */
__u64 endpoint_deadline(const struct endpoint *e);
void endpoint_timer(struct endpoint *e, __u64 now, const struct outlet *out);

/* The application's calls. */
void endpoint_open(struct endpoint *e, __u8 life, __u32 iss, __u64 now, const struct outlet *out);
void endpoint_send(struct endpoint *e, __u64 bytes, __u64 now, const struct outlet *out);
void endpoint_shut(struct endpoint *e, bool orphan, __u64 now, const struct outlet *out);
void endpoint_abort(struct endpoint *e, __u64 now, const struct outlet *out);
void endpoint_read(struct endpoint *e, bool reads, __u64 now, const struct outlet *out);
void endpoint_keepalive(struct endpoint *e, __u64 now, const struct outlet *out);
/* Loses all it knows of the connection, without a word. */
void endpoint_reboot(struct endpoint *e);

static inline void become(struct endpoint *e, enum state state)
{
	e->state = state;
	e->been |= BIT(state);
}

static inline bool is_open(const struct endpoint *e)
{
	return e->state != S_CLOSED && e->state != S_LISTEN;
}

#endif
