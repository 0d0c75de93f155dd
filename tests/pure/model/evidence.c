// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "evidence.h"

static void know(struct end_evidence *e, __u32 next)
{
	if (!e->heard || after(next, e->next))
		e->next = next;
	e->heard = true;
}

/* x's frame acknowledges exactly one beyond y's data, and carries what makes a FIN due, or follows x's own. */
static bool is_due_fin(const struct end_evidence *x, const struct end_evidence *y, const struct wire *w)
{
	return !y->told_fin && ((w->flags & (FIN | RST)) || x->told_fin) &&
	       (w->ack == y->next + 1 || (y->has_hint && w->ack == y->hint && y->next == y->hint));
}

/* w of x, or none of its frames, says that y has sent its FIN. */
static void infer_fin(const struct end_evidence *x, struct end_evidence *y, const struct wire *w)
{
	const __u32 ack = w->ack;

	y->told_order = (w->flags & FIN) && !x->told_fin;
	y->told_fin = true;
	y->fin_is_inferred = true;
	y->fin_end = ack;
	know(y, ack);
}

static void note_hint(struct end_evidence *y, __u32 ack)
{
	if (ack == y->next + 1) {
		y->has_hint = true;
		y->hint = ack;
	}
}

/*
 * Where the SYN-ACKs bore times, an opener's ACK echoes one of them (Linux tcp_check_req), or says nothing: it may be
 * forged, and none that was missed can be told by its time before the handshake is over (RULES 33).
 */
static bool echoes_syn_ack(const struct end_evidence *y, const struct wire *w)
{
	if (!y->syn_ack_times || !(w->options & OPT_TIMESTAMPS))
		return true;
	for (int i = 0; i < y->syn_ack_times && i < SYN_ACK_TIMES; i++)
		if (y->syn_ack_time[i] == w->tsecr)
			return true;
	return y->syn_ack_times > SYN_ACK_TIMES || y->spoke;
}

/* All that it says is told. */
static void apply(struct end_evidence *x, struct end_evidence *y, const struct wire *w, bool again)
{
	const __u32 end = wire_end(w);
	const bool was_known = x->heard;

	if (x->heard && after(w->seq, x->next)) {
		if (!x->has_hole)
			x->hole_start = x->next;
		x->has_hole = true;
		x->hole_end = w->seq;
	}
	/* Its inferred FIN was none: it goes on with data, or the FIN comes now. */
	if (x->fin_is_inferred && after(end, x->fin_end)) {
		x->fin_is_inferred = false;
		x->told_fin = false;
		x->told_order = false;
	}
	/* RULES 34: its own number is one beyond, with nothing behind it. */
	if (x->heard && end == w->seq && !x->told_fin)
		note_hint(x, w->seq);
	know(x, end);
	if (w->flags & FIN) {
		x->fin_again = y->has_acked && !before(y->acked, end);
		x->told_order |= !again && !x->told_fin;
		x->told_fin = true;
		x->fin_is_inferred = false;
		x->fin_end = end;
	}
	if (!(w->flags & (SYN | RST)))
		x->spoke = true;
	x->went_on |= y->told_rst && !again;
	if (!(w->flags & ACK))
		return;
	/* A request answers a keepalive by an ACK, and takes nothing of it (Linux tcp_check_req). */
	x->acked_syn |= w->seq != x->isn && was_known && echoes_syn_ack(y, w);
	if (!x->has_acked || after(w->ack, x->acked))
		x->acked = w->ack;
	x->has_acked = true;
	if (y->told_fin && !before(w->ack, y->fin_end))
		y->fin_again = false;
	if (y->has_hole && !before(w->ack, y->hole_end))
		y->has_hole = false;
}

/* Is x's doubtful frame d settled, now that w of end by (x or the other) was told? */
static bool settles(const struct wire *d, bool same_sender, bool exact, const struct wire *w,
		    const struct end_evidence *y)
{
	if (!after(d->ack, y->next))
		return true; /* it was seen after all */
	if (same_sender)
		return exact && !before(w->ack, d->ack);
	return ((w->flags & ACK) && wire_end(d) != d->seq && !before(w->ack, wire_end(d))) || w->seq == d->ack;
}

static void settle_doubts(struct end_evidence *x, struct end_evidence *y, bool same_sender, bool exact,
			  const struct wire *w)
{
	for (int i = 0; i < x->doubt_count; i++) {
		const struct doubt was = x->doubt[i];
		const struct wire d = was.wire;

		if (!settles(&d, same_sender, exact, w, y))
			continue;
		x->doubt[i] = x->doubt[--x->doubt_count];
		i = -1; /* it may settle others */
		if (is_due_fin(x, y, &d))
			infer_fin(x, y, &d);
		note_hint(y, d.ack);
		know(y, d.ack);
		apply(x, y, &d, was.again);
	}
}

static bool follows_a_doubt(const struct end_evidence *x, const struct wire *w)
{
	for (int i = 0; i < x->doubt_count; i++)
		if (wire_end(&x->doubt[i].wire) == w->seq)
			return true;
	return false;
}

static void see_syn(struct end_evidence *x, struct end_evidence *y, const struct wire *w)
{
	const bool looks_passive = y->sent_syn_ack && !y->sent_syn;

	x->isn = w->seq;
	know(x, w->seq + 1);
	x->sent_syn |= !(w->flags & ACK);
	if (!(w->flags & ACK))
		return;
	know(y, w->ack);
	x->sent_syn_ack = true;
	if (w->options & OPT_TIMESTAMPS) {
		if (x->syn_ack_times < SYN_ACK_TIMES)
			x->syn_ack_time[x->syn_ack_times] = w->tsval;
		if (x->syn_ack_times <= SYN_ACK_TIMES)
			x->syn_ack_times++;
	}
	/* A listener's request challenges a SYN-ACK (Linux tcp_check_req): who seems to be one need not have taken it. */
	x->acked_syn |= !looks_passive;
	x->has_acked = true;
	x->acked = w->ack;
}

static void see_rst(struct end_evidence *x, struct end_evidence *y, const struct wire *w)
{
	const bool refuses = (w->flags & ACK) && !w->seq && y->heard && w->ack == y->next;
	bool exact, acks_unseen;

	settle_doubts(y, x, false, false, w);
	/* Behind a hole its receiver expects less; RULES 16: a challenge ACK, then, and no more is told. */
	exact = x->heard ? w->seq == x->next && !x->has_hole : y->has_acked && w->seq == y->acked;
	x->may_rst |= (y->has_acked && w->seq == y->acked) || (x->has_hole && w->seq == x->hole_start) ||
		      (x->has_seen && w->seq == x->seen_next);
	acks_unseen = (w->flags & ACK) && y->heard && after(w->ack, y->next);
	if (refuses || (exact && (!acks_unseen || is_due_fin(x, y, w))))
		x->told_rst = true;
	if (x->told_rst && (w->flags & ACK) && is_due_fin(x, y, w))
		infer_fin(x, y, w);
}

void evidence_see(struct evidence *e, int from, const struct wire *w, bool again)
{
	struct end_evidence *x = &e->end[from], *y = &e->end[!from];
	bool exact;

	e->began = true;
	if (w->flags & RST) {
		see_rst(x, y, w);
		return;
	}
	if (!x->has_seen || (w->flags & SYN) || after(wire_end(w), x->seen_next))
		x->seen_next = wire_end(w);
	x->has_seen = true;
	if ((w->flags & FIN) && x->fins < 255)
		x->fins++;
	if (w->flags & SYN) {
		if (w->flags & ACK)
			e->saw_syn_ack = true;
		else
			e->saw_syn = true;
		see_syn(x, y, w);
		return;
	}
	if (!y->heard)
		know(y, w->ack);
	/* What it says of the other's doubts comes before what it is itself. */
	settle_doubts(y, x, false, false, w);
	exact = !x->heard || w->seq == x->next || follows_a_doubt(x, w);
	if (is_due_fin(x, y, w) && exact)
		infer_fin(x, y, w);
	if (after(w->ack, y->next)) {
		/* An exact one that acknowledges as much tells of those before it. */
		settle_doubts(x, y, true, exact, w);
		if (is_due_fin(x, y, w) && exact)
			infer_fin(x, y, w);
		if (after(w->ack, y->next)) {
			if (x->doubt_count == DOUBTS)
				e->overflowed = true;
			else
				x->doubt[x->doubt_count++] = (struct doubt){ *w, again };
			settle_doubts(y, x, false, exact, w);
			return;
		}
	}
	apply(x, y, w, again);
	settle_doubts(x, y, true, exact, w);
	settle_doubts(y, x, false, exact, w);
}

bool evidence_denies(const struct evidence *e, int from, const struct wire *w)
{
	const struct end_evidence *x = &e->end[from], *y = &e->end[!from];

	if (!(w->flags & ACK) || w->seq != x->next)
		return false;
	for (int i = 0; i < x->doubt_count; i++)
		if (before(w->ack, x->doubt[i].wire.ack))
			return true;
	for (int i = 0; wire_end(w) == w->seq && i < y->doubt_count; i++)
		if (before(w->seq, y->doubt[i].wire.ack))
			return true;
	return false;
}

static bool is_told_over(const struct evidence *e)
{
	return (e->end[0].told_fin && e->end[1].told_fin) || e->end[0].told_rst || e->end[1].told_rst;
}

bool evidence_is_certain(const struct evidence *by_life, int life)
{
	const struct evidence *e = &by_life[life];

	if (life <= 1 || (e->saw_syn && e->saw_syn_ack))
		return true;
	return is_told_over(&by_life[life - 1]) && (e->saw_syn || e->saw_syn_ack) &&
	       (e->end[0].spoke || e->end[1].spoke);
}
