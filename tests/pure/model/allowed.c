// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "allowed.h"

unsigned int possible_states(const struct sight *s, int x)
{
	const struct likely_end *l = &s->likely->end[x];
	unsigned int states = s->run->mask_of[s->life][x] | BIT(l->all.state) | BIT(l->arriving.state) | l->also;
	const bool certain = evidence_is_certain(s->evidence, s->life);
	const struct evidence *e = &s->evidence[s->life];

	if (!certain)
		for (int life = 1; life < s->life; life++) {
			const struct evidence *was = &s->evidence[life];

			states |= s->run->mask_of[life][x];
			/* RULES 11: met in its middle. */
			if (was->began && !was->saw_syn && !was->saw_syn_ack)
				states |= BIT(S_ESTABLISHED);
			/* What was believed of a life that is over. */
			if (s->evidence[life].end[0].fin_is_inferred || s->evidence[life].end[1].fin_is_inferred)
				states |= BIT(S_CLOSED) | BIT(S_TIME_WAIT) | BIT(S_LAST_ACK);
		}
	/* Who answers a SYN without a SYN-ACK may be of a connection that is over (RULES 5). */
	if (!e->saw_syn_ack || !certain || !e->end[!x].spoke)
		states |= BIT(S_LISTEN);
	/* RULES 11: met in its middle. And the ACK of its SYN-ACK may have been missed: its sender is past it. */
	if ((!e->saw_syn && !e->saw_syn_ack) || e->end[!x].spoke)
		states |= BIT(S_ESTABLISHED);
	/* Of one direction alone nothing tells that an ACK is true, or that a hole was filled. */
	if (e->end[!x].told_fin || (s->run->schedule->seen != 3 && e->end[!x].fins))
		states |= states_on_the_way(&l->all, true);
	states |= states_by_inference(&l->all, e->end[x].fin_is_inferred, e->end[!x].fin_is_inferred);
	if (e->end[0].told_rst || e->end[1].told_rst || e->end[!x].may_rst)
		states |= BIT(S_CLOSED);
	/* SYNs of both ends cross, if the refusal of the first is not known. */
	if ((states & BIT(S_SYN_SENT)) && !e->end[x].spoke)
		states |= BIT(S_SYN_RECEIVED);
	return states;
}

unsigned int exact_states(const struct sight *s, int x)
{
	const struct likely_end *l = &s->likely->end[x];
	unsigned int states = BIT(l->all.state) | BIT(l->arriving.state) | l->also;

	/* A host knows what it has sent, and not what has arrived: FINs may cross on the way. */
	if (s->run->schedule->view == (x ? VIEW_END_0 : VIEW_END_1))
		states |= likely_since(l);
	/* What was lost behind the observer may have arrived. */
	if (s->run->lost_behind && s->evidence[s->life].end[!x].told_fin)
		states |= states_on_the_way(&l->all, true) & ~BIT(S_ESTABLISHED);
	if (states & BIT(S_LISTEN))
		states |= BIT(S_CLOSED);
	/* RULES 5: it listens until it answers. */
	if (!s->evidence[s->life].end[x].heard)
		states |= BIT(S_LISTEN);
	return states;
}

/* RULES 16: any other gets a challenge ACK, as far as the observer can know what its receiver expects next. */
static bool is_exact_rst(const struct evidence *e, const struct frame *f)
{
	const struct end_evidence *x = &e->end[f->from], *y = &e->end[!f->from];
	const __u32 seq = f->wire.seq;

	return !x->heard || (seq == x->next && !x->has_hole) || (y->has_acked && seq == y->acked) ||
	       (!seq && (f->wire.flags & ACK));
}

/* It is what it should be only to who knows more than the observer can. */
bool is_odd(const struct sight *s, const struct frame *f)
{
	const struct evidence *e = &s->evidence[f->wire.life];

	/*
	 * An RST that answers what was not seen is of no flow, or of one that is over; the first that was exact ends
	 * it, or may have.
	 */
	if (f->wire.flags & RST)
		return !e->end[!f->from].heard || e->end[f->from].told_rst || e->end[f->from].may_rst || !likely_takes_rst(s->likely, f) ||
		       !is_exact_rst(e, f);
	if (evidence_denies(e, f->from, &f->wire))
		return true;
	/* RULES 24: it is of the life before, also if only the observer has seen it behind the SYN of the next. */
	for (int life = f->wire.life + 1; life <= LIVES; life++)
		if (s->evidence[life].began)
			return true;
	/* Of one direction alone, a FIN that comes again says that the ACK was lost (RULES 20). */
	if (s->run->schedule->seen != 3 && (f->wire.flags & FIN) && e->end[f->from].told_fin)
		return true;
	/* A SYN behind its SYN-ACK is late (RULES 24), though the observer may have swapped them. */
	return (f->wire.flags & (SYN | ACK)) == SYN && e->end[f->from].acked_syn;
}

__u32 told_window(const struct frame *f)
{
	const bool scaled = (f->sender.uses & OPT_SCALE) && !(f->wire.flags & SYN);

	return (__u32)f->wire.window << (scaled ? f->sender.scale : 0);
}
