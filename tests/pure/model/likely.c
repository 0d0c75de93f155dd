// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "likely.h"

#include <string.h>

static const struct outlet nowhere;

enum state state_by_facts(bool sent_fin, bool fin_acked, bool got_fin, bool got_fin_first)
{
	if (!sent_fin)
		return got_fin ? S_CLOSE_WAIT : S_ESTABLISHED;
	if (!got_fin)
		return fin_acked ? S_FIN_WAIT_2 : S_FIN_WAIT_1;
	if (got_fin_first)
		return fin_acked ? S_CLOSED : S_LAST_ACK;
	return fin_acked ? S_TIME_WAIT : S_CLOSING;
}

static void forget(struct likely_end *e, int i)
{
	memmove(&e->pending[i], &e->pending[i + 1], (--e->pending_count - i) * sizeof(*e->pending));
}

/* An end that goes on long after an RST has not taken it. */
static bool goes_on(const struct run *r, const struct frame *f, __u64 time)
{
	return time > f->passes + 2000ull * (r->schedule->delay_us[0] + r->schedule->delay_us[1]);
}

/*
 * Is all told, by what e has sent (by), that f did to it? An RST that was lost, or
 * refused, may have been taken as far as anybody can see, until its receiver goes on (what it sends again may
 * have been under way).
 */
static bool is_past(const struct likely_end *e, const struct run *r, const struct frame *f, const struct frame *by)
{
	const __u64 time = by->sent;
	const bool arrived = f->arrives != NEVER && f->arrives <= time;

	if ((f->wire.flags & RST) && (!arrived || f->fate == FATE_REFUSED))
		return (e->base.been & WAS_ESTABLISHED) && goes_on(r, f, time) && by->seen && !by->is_again;
	return arrived;
}

static bool is_lost_fin(const struct frame *f)
{
	return (f->wire.flags & FIN) && f->arrives == NEVER;
}

/* RULES 41: after two repeats, and a round trip, it still acknowledges less: the FINs do not arrive. */
static bool tells_no_fin(const struct likely_end *e, const struct run *r, const struct frame *by)
{
	int fins = 0;

	for (int i = 0; i < e->pending_count; i++) {
		const struct frame *f = &r->frame[e->pending[i]];

		fins += is_lost_fin(f) && f->seen && goes_on(r, f, by->sent) && before(by->wire.ack, wire_end(&f->wire));
	}
	return fins > 2 && by->seen && !by->is_again;
}

/* What its newest frame was sent after. */
static void forget_the_old(struct likely_end *e, const struct run *r, const struct frame *by)
{
	const bool no_fin = tells_no_fin(e, r, by);

	for (int i = 0; i < e->pending_count;) {
		const struct frame *f = &r->frame[e->pending[i]];

		if (is_past(e, r, f, by) || (no_fin && is_lost_fin(f)))
			forget(e, i);
		else
			i++;
	}
}

static void give_all(struct likely_end *e, const struct run *r)
{
	e->all = e->base;
	e->all.still = true;
	for (int i = 0; i < e->pending_count; i++)
		endpoint_receive(&e->all, &r->frame[e->pending[i]].wire, r->frame[e->pending[i]].passes, &nowhere);
}

static void give_arriving(struct likely_end *e, const struct run *r)
{
	__u64 done = 0;

	e->arriving = e->base;
	e->arriving.still = true;
	e->last_given = 0;
	for (;;) {
		const struct frame *next = NULL;

		for (int i = 0; i < e->pending_count; i++) {
			const struct frame *f = &r->frame[e->pending[i]];

			if (f->arrives != NEVER && f->arrives > done && (!next || f->arrives < next->arrives))
				next = f;
		}
		if (!next)
			return;
		endpoint_receive(&e->arriving, &next->wire, next->arrives, &nowhere);
		e->last_given = done = next->arrives;
	}
}

unsigned int states_by_inference(const struct endpoint *h, bool own_fin, bool other_fin)
{
	unsigned int states = 0;

	if (!(h->been & WAS_ESTABLISHED) || !(own_fin || other_fin))
		return states;
	for (int facts = 0; facts < 16; facts++) {
		const bool sent = facts & 1, acked = facts & 2, got = facts & 4, first = facts & 8;

		if (acked <= sent && sent <= (h->sent_fin || own_fin) && got <= (h->got_fin || other_fin || own_fin))
			states |= BIT(state_by_facts(sent, acked, got, first));
	}
	return states;
}

unsigned int states_on_the_way(const struct endpoint *h, bool fin_passed)
{
	unsigned int states = h->been;

	if (!(h->been & WAS_ESTABLISHED))
		return states;
	for (int facts = 0; facts < 16; facts++) {
		const bool sent = facts & 1, acked = facts & 2, got = facts & 4, first = facts & 8;

		if (sent <= h->sent_fin && acked <= h->fin_acked && acked <= sent &&
		    got <= (h->got_fin || fin_passed))
			states |= BIT(state_by_facts(sent, acked, got, first));
	}
	return states;
}

unsigned int likely_since(const struct likely_end *e)
{
	const struct endpoint *was = &e->base, *is = &e->all;
	unsigned int states = BIT(was->state) | BIT(is->state);

	if (!(is->been & WAS_ESTABLISHED) || is->was_reset)
		return states;
	for (int facts = 0; facts < 8; facts++) {
		const bool acked = facts & 1, got = facts & 2, first = facts & 4;

		if (acked >= was->fin_acked && acked <= is->fin_acked && got >= was->got_fin && got <= is->got_fin &&
		    first == (is->sent_fin && is->got_fin_first))
			states |= BIT(state_by_facts(is->sent_fin, acked, got, first));
	}
	return states;
}

static void note_states(const struct likely_end *e, struct run *r, int x)
{
	r->mask_of[e->all.life][x] |= states_on_the_way(&e->all, false);
	r->mask_of[e->arriving.life][x] |= states_on_the_way(&e->arriving, false);
}

void likely_begin(struct likely *l, const struct run *r)
{
	for (int x = 0; x < 2; x++)
		l->end[x] = (struct likely_end){
			.base = r->end[x], .all = r->end[x], .arriving = r->end[x],
		};
}

static void rebase(struct likely_end *e, struct run *r, const struct frame *f)
{
	e->base = f->sender;
	e->base_sent = f->sent;
	e->base_frame = f->original;
	e->also = 0;
	forget_the_old(e, r, f);
	give_all(e, r);
	give_arriving(e, r);
	note_states(e, r, f->from);
}

static void give(struct likely_end *e, struct run *r, const struct frame *f)
{
	if (e->pending_count == PENDING)
		forget(e, 0);
	e->pending[e->pending_count++] = f - r->frame;
	e->all.still = true;
	endpoint_receive(&e->all, &f->wire, f->passes, &nowhere);
	if (f->arrives != NEVER && f->arrives < e->last_given) {
		give_arriving(e, r);
	} else if (f->arrives != NEVER) {
		e->arriving.still = true;
		endpoint_receive(&e->arriving, &f->wire, f->arrives, &nowhere);
		e->last_given = f->arrives;
	}
	note_states(e, r, !f->from);
}

static bool takes_rst(const struct likely_end *y, const struct frame *f)
{
	struct endpoint all = y->all, arriving = y->arriving;

	return endpoint_receive(&all, &f->wire, f->passes, &nowhere) == FATE_TAKEN ||
	       endpoint_receive(&arriving, &f->wire, f->passes, &nowhere) == FATE_TAKEN;
}

void likely_pass(struct likely *l, struct run *r, const struct frame *f)
{
	struct likely_end *x = &l->end[f->from], *y = &l->end[!f->from];

	if ((f->wire.flags & RST) && (!f->seen || !takes_rst(y, f))) {
		/* RULES 16: an RST that its receiver does not take need not be its sender's, and one not seen says nothing. */
		x->also |= BIT(f->sender.state);
	} else if (!x->base_sent || f->original >= x->base_frame) {
		rebase(x, r, f);
	}
	give(y, r, f);
}

bool likely_takes_rst(const struct likely *l, const struct frame *f)
{
	return takes_rst(&l->end[!f->from], f);
}
