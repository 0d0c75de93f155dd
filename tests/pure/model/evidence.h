/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What the frames that the observer saw tell of one life of the connection, by
 * RULES 33, 34 and 37: the judge asks no more of the tracker than this. It is
 * no tracker: it has no states, and knows only which facts have been shown.
 *
 * A frame whose ACK covers what was never seen is doubtful, as a whole, until
 *   the other end acknowledges what it carried,
 *   the other end's own next segment begins where it acknowledged,
 *   what it acknowledges is seen after all (the observer had swapped them),
 *   a later exact frame of its sender acknowledges as much,
 *   or a FIN was due, and it acknowledges exactly one beyond all data.
 * Whatever it carried is told then, and not before: one exact ACK, alone and
 * last, may be believed by the tracker or not.
 */
#ifndef TCPSTATE_MODEL_EVIDENCE_H
#define TCPSTATE_MODEL_EVIDENCE_H

#include "wire.h"

#define DOUBTS 8
#define SYN_ACK_TIMES 4

struct end_evidence {
	bool heard;          /* its numbers are known */
	bool spoke;          /* it sent something behind its SYN: its handshake was over, or its peer's SYN had come */
	bool sent_syn, sent_syn_ack;
	__u8 syn_ack_times;  /* that its SYN-ACKs bore: so many, or more than there is room for */
	__u32 syn_ack_time[SYN_ACK_TIMES];
	bool acked_syn;      /* it acknowledged the other's SYN, and was known before: the first word of an end that was not may be of another life */
	bool told_fin;
	bool fin_is_inferred;
	bool fin_again;      /* its FIN came again behind the ACK of it that was seen: that has not arrived */
	bool told_order;     /* whether its FIN went out before the other's came */
	bool told_rst;       /* its RST was exact */
	bool may_rst;        /* it was, if the other lacks what the observer lacks, or has but what was seen; or if it was an answer */
	bool went_on;        /* after the other's exact RST it sent something new */
	bool has_acked;
	__u32 next;          /* behind all that is seen or told of it */
	__u32 seen_next;     /* behind all that is seen of it */
	bool has_seen;
	__u8 fins;           /* so often its FIN was seen, whether it was believed or not */
	__u32 isn;
	__u32 hint;          /* next was moved by one, unseen: the number after what may be a FIN */
	bool has_hint;
	__u32 hole_start;
	__u32 hole_end;      /* something before it was not seen, and not acknowledged */
	bool has_hole;
	__u32 fin_end;
	__u32 acked;         /* the highest it acknowledged */
	__u32 edge;          /* how far it let the other send; 0 scale unknown: not asked */
	int doubt_count;
	struct doubt {
		struct wire wire;
		bool again;
	} doubt[DOUBTS];
};

struct evidence {
	struct end_evidence end[2];
	bool began;
	bool saw_syn, saw_syn_ack;
	bool overflowed;     /* too many doubts to follow: nothing is asked */
};

/*
 * Is it told that this life has begun, and is no challenged SYN on the one before it (RULES 8, 39)? By the SYN and
 * its answer; or by either and what follows it, where the life before was told to be over. by_life: all of them.
 */
bool evidence_is_certain(const struct evidence *by_life, int life);

/*
 * RULES 33: does it say, as far as it can be known, that what either end said before is not true? A control segment
 * with the old numbers, or one that acknowledges less: a tracker that refuses is right.
 */
bool evidence_denies(const struct evidence *e, int x, const struct wire *w);

/* A frame of end x has passed the observer's eyes. again: its numbers had been sent before, seen or not. */
void evidence_see(struct evidence *e, int x, const struct wire *w, bool again);

#endif
