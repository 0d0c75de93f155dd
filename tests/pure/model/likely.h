/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What each end is, as far as the frames that passed tell: a copy of the end as
 * it was when it sent its newest frame that passed, which is then given what has
 * passed the other way since, while its application and its timers are still.
 * Twice: given all of it, and given only what will arrive. (An observer can't
 * know what is lost behind it, until something tells.)
 */
#ifndef TCPSTATE_MODEL_LIKELY_H
#define TCPSTATE_MODEL_LIKELY_H

#include "run.h"

#define PENDING 256

#define WAS_ESTABLISHED (BIT(S_ESTABLISHED) | BIT(S_FIN_WAIT_1) | BIT(S_FIN_WAIT_2) | BIT(S_CLOSE_WAIT) | \
			 BIT(S_CLOSING) | BIT(S_LAST_ACK) | BIT(S_TIME_WAIT))

/* Of an end whose handshake is over: what its FIN and the other's have made of it. */
enum state state_by_facts(bool sent_fin, bool fin_acked, bool got_fin, bool got_fin_first);

struct likely_end {
	struct endpoint base;
	__u64 base_sent;
	__u16 base_frame;         /* its number: several are sent at one time */
	__u64 last_given;         /* when the newest of what will arrive does */
	int pending_count;
	__u16 pending[PENDING];   /* frames to it */
	struct endpoint all, arriving;
	unsigned int also;        /* mask: what it may be taken for, as its RST was not taken by the other */
};

struct likely {
	struct likely_end end[2];
};

/*
 * All that the end may be taken for by who has missed some of what made it what it is. fin_passed: a FIN passed
 * towards it, which it may not have got.
 */
unsigned int states_on_the_way(const struct endpoint *h, bool fin_passed);

/*
 * What it may be taken for while a FIN of it, or of the other, is believed that was not seen (RULES 34): it may have
 * been a byte, and it may have acknowledged this end's, or have crossed it.
 */
unsigned int states_by_inference(const struct endpoint *h, bool own_fin, bool other_fin);

/* All that the end was, or may be taken for, from its newest frame to all that has passed towards it. */
unsigned int likely_since(const struct likely_end *e);

void likely_begin(struct likely *l, const struct run *r);
void likely_pass(struct likely *l, struct run *r, const struct frame *f);
/* Before it passes: would its receiver take this RST? */
bool likely_takes_rst(const struct likely *l, const struct frame *f);

#endif
