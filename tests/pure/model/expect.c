// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * An end's state behind its handshake comes of five facts: it has sent its FIN,
 * has it acknowledged, has got the other's, which of the two FINs was first, and
 * whether an RST has ended it all. A fact that is true, and that no frame seen
 * has told (evidence.h), may be believed by the tracker or not; all others must
 * be. So "nothing later tells" is decided fact by fact:
 *
 *   its FIN was sent      told by the FIN; or by an ACK of exactly one beyond all data where a FIN is due (RULES 34)
 *   it is acknowledged    told by any frame of the other end that covers it, and is not doubtful
 *   the other's FIN came  told by that FIN with nothing missing before it (RULES 12); or by an ACK that covers it.
 *                         And taken back, if it did not, once it has been sent three times (RULES 41)
 *   which was first       told by the FIN's own ACK, the first time that it was sent
 *   reset                 told by an RST whose numbers were exact, for all that was seen before
 */
#include "expect.h"

#include <stdio.h>
#include <string.h>

const char *states_text(unsigned int states)
{
	static char text[4][160];
	static int turn;
	char *at = text[turn = (turn + 1) % 4];
	size_t used = 0;

	at[0] = 0;
	for (int i = 0; i < S_COUNT; i++)
		if (states & BIT(i))
			used += snprintf(at + used, 160 - used, "%s%s", used ? "|" : "", state_text[i]);
	return at;
}

/* A fact may be taken for false if it is, or if nothing tells that it is true. */
static bool may_be(bool value, bool fact, bool told)
{
	return value == fact || (fact && !told);
}

#define FINS_BELIEVED 3

/* remote: the observer sits at the other end, and can't know what arrives here. */
static unsigned int states_by_facts(const struct endpoint *h, const struct end_evidence *x, const struct end_evidence *y,
				    bool remote)
{
	const bool fin_told = x->told_fin && x->fin_end == h->fin_end;
	const bool ack_told = y->has_acked && h->sent_fin && !before(y->acked, h->fin_end) && !x->fin_again;
	const bool got_acked = x->has_acked && !before(x->acked, y->fin_end);
	const bool got_told = y->told_fin && (got_acked || (!y->has_hole && !remote));
	/* RULES 41: what passed has arrived, until it was sent three times. */
	const bool got_believed = y->told_fin && !y->fin_is_inferred && !y->has_hole && y->fins < FINS_BELIEVED;
	unsigned int states = 0;

	for (int facts = 0; facts < 16; facts++) {
		const bool sent = facts & 1, acked = facts & 2, got = facts & 4, first = facts & 8;

		if (!may_be(sent, h->sent_fin, fin_told) || (!may_be(got, h->got_fin, got_told) && !(got && got_believed)))
			continue;
		/* The other's FIN, which was not seen, may have acknowledged this end's, or have crossed it. */
		if (sent ? !may_be(acked, h->fin_acked, ack_told) && !(acked && y->fin_is_inferred) : acked)
			continue;
		if (sent && got && x->told_order && first != h->got_fin_first)
			continue;
		states |= BIT(state_by_facts(sent, acked, got, first));
	}
	return states;
}

static unsigned int states_of(const struct run *r, const struct evidence *e, const struct endpoint *h, int x,
			      __u8 life, bool slipped)
{
	const struct end_evidence *me = &e->end[x], *peer = &e->end[!x];
	const bool remote = r->schedule->view == (x ? VIEW_END_0 : VIEW_END_1);
	/* A listener's child may send before its handshake is over: fast open (RULES 32). */
	const bool opening_told = (me->spoke && !h->passive) || peer->acked_syn;
	unsigned int states = BIT(h->state);

	if (h->life != life || !(h->been & WAS_ESTABLISHED)) {
		if (states & (BIT(S_CLOSED) | BIT(S_LISTEN)))
			states = BIT(S_CLOSED);
		/* RULES 5: so the end to which a SYN goes is called until it answers. */
		states |= me->heard ? 0 : BIT(S_LISTEN);
		return states | (slipped ? r->mask_of[life][x] | BIT(h->state) : 0);
	}
	if (h->state == S_CLOSED && h->was_reset) {
		states = BIT(S_CLOSED);
		if (!me->told_rst && !peer->told_rst)
			states |= states_by_facts(h, me, peer, remote);
	} else {
		states = states_by_facts(h, me, peer, remote);
	}
	/* RULES 16: an RST that was exact closes both ends, until the other is seen to go on. */
	if ((peer->told_rst || peer->may_rst) && !me->went_on)
		states |= BIT(S_CLOSED);
	if (!opening_told)
		states |= r->mask_of[life][x] | BIT(S_LISTEN);
	return states;
}

/* Of one direction alone, it is enough that an end whose FIN was seen is told to be closing (DESIGN 1: inferred). */
static unsigned int one_sided_states(const struct run *r, const struct evidence *e, const struct likely_end *l, int x,
				     __u8 life)
{
	const struct end_evidence *me = &e->end[x];
	unsigned int states = r->mask_of[life][x] | states_on_the_way(&l->all, e->end[!x].told_fin) | BIT(S_LISTEN);

	if (me->told_fin && !me->fin_is_inferred)
		states &= ~(BIT(S_ESTABLISHED) | BIT(S_CLOSE_WAIT) | BIT(S_SYN_SENT) | BIT(S_SYN_RECEIVED) |
			    BIT(S_LISTEN));
	return states;
}

static int newest_life(const struct evidence *evidence)
{
	int life = LIVES;

	while (life && !evidence[life].began)
		life--;
	return life;
}

bool expect_end(struct expectation *expected, const struct run *r, const struct likely *l,
		const struct evidence *evidence, bool slipped)
{
	const int life = newest_life(evidence);
	const struct evidence *e = &evidence[life];

	if (!life || e->overflowed)
		return false;
	/* RULES 8: a SYN alone may be challenged. RULES 35: numbers far from its own do not revive a closed flow. */
	if (!evidence_is_certain(evidence, life))
		return false;
	for (int x = 0; x < 2; x++) {
		const struct likely_end *me = &l->end[x];

		/* The ends are in different lives: half open. */
		if ((me->all.life != life && is_open(&me->all)) || (me->arriving.life != life && is_open(&me->arriving)))
			return false;
		/* A byte was taken for a FIN that was due. */
		if (e->end[x].fin_is_inferred && !me->all.sent_fin)
			return false;
		expected->states[x] = states_of(r, e, &me->all, x, life, slipped) |
				      states_of(r, e, &me->arriving, x, life, slipped) | me->also |
				      (r->end[x].life == life ? BIT(r->end[x].state) : 0);
		/* A port that listens is closed to a connection that is gone. */
		if (expected->states[x] & BIT(S_LISTEN))
			expected->states[x] |= BIT(S_CLOSED);
		if (r->schedule->seen != 3)
			expected->states[x] |= one_sided_states(r, e, me, x, life);
	}
	return true;
}
