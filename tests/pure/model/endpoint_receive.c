// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A segment arrives: RFC 9293 3.10.7, state by state, in its order. */
#include "endpoint_parts.h"

#define DELAYED_ACK (40 * MS)

static __u32 peers_window(const struct endpoint *e, const struct wire *w)
{
	return (__u32)w->window << (!(w->flags & SYN) && (e->uses & OPT_SCALE) ? e->peer_scale : 0);
}

static void take_window(struct endpoint *e, const struct wire *w)
{
	e->peer_window = peers_window(e, w);
	e->wl1 = w->seq;
	e->wl2 = w->ack;
	if (e->peer_window > e->max_window)
		e->max_window = e->peer_window;
	if (e->peer_window)
		e->probe_at = NEVER;
}

/* ---- acknowledgments ---------------------------------------------------- */

static void take_ack(struct endpoint *e, const struct wire *w, __u64 now)
{
	if (after(w->ack, e->una)) {
		e->una = w->ack;
		e->tries = 0;
		e->rto_at = e->una == e->next ? NEVER : now + SEC;
	}
	if (!before(w->ack, e->una) && (before(e->wl1, w->seq) || (e->wl1 == w->seq && !before(w->ack, e->wl2))))
		take_window(e, w);
	if (!e->sent_fin || e->fin_acked || before(w->ack, e->fin_end))
		return;
	e->fin_acked = true;
	if (e->state == S_FIN_WAIT_1)
		become(e, S_FIN_WAIT_2);
	else if (e->state == S_CLOSING)
		endpoint_wait(e, now);
	else if (e->state == S_LAST_ACK)
		endpoint_close(e);
}

/* ---- data and FIN ------------------------------------------------------- */

static void keep_piece(struct endpoint *e, __u32 start, __u32 end, bool fin)
{
	for (int i = 0; i < e->piece_count; i++) {
		struct piece *p = &e->piece[i];

		if (after(start, p->end) || after(p->start, end))
			continue;
		/* They touch: one piece of both, which may touch another. */
		start = before(start, p->start) ? start : p->start;
		fin |= p->fin;
		end = later(end, p->end);
		*p = e->piece[--e->piece_count];
		i = -1;
	}
	if (e->piece_count < PIECES)
		e->piece[e->piece_count++] = (struct piece){ start, end, fin };
}

static void take_fin(struct endpoint *e, __u64 now)
{
	e->got_fin = true;
	e->rcv_next++;
	e->peer_fin_end = e->rcv_next;
	if (e->state == S_ESTABLISHED)
		become(e, S_CLOSE_WAIT);
	else if (e->state == S_FIN_WAIT_1)
		become(e, S_CLOSING);
	else if (e->state == S_FIN_WAIT_2)
		endpoint_wait(e, now);
	if (e->state == S_CLOSE_WAIT && !e->still && (e->habits & HABIT_CLOSES_AT_EOF)) {
		e->wants_fin = true;
		e->orphan = true;
	}
}

/* start..end is next, or partly so. Returns the new bytes. */
static __u32 take_bytes(struct endpoint *e, __u32 start, __u32 end, bool fin, __u64 now)
{
	__u32 fresh = 0;

	if (after(start, e->rcv_next) || e->got_fin)
		return 0;
	if (after(end, e->rcv_next)) {
		fresh = end - e->rcv_next;
		e->rcv_next = end;
		e->unread += e->deaf ? fresh : 0;
	}
	if (fin && end == e->rcv_next)
		take_fin(e, now);
	return fresh;
}

static __u32 take_pieces(struct endpoint *e, __u64 now)
{
	__u32 fresh = 0;

	for (int i = 0; i < e->piece_count;) {
		const struct piece p = e->piece[i];

		if (after(p.start, e->rcv_next)) {
			i++;
			continue;
		}
		e->piece[i] = e->piece[--e->piece_count];
		fresh += take_bytes(e, p.start, p.end, p.fin, now);
		i = 0;
	}
	return fresh;
}

/* Bytes that the window has no room for are dropped. */
static void clip(const struct endpoint *e, __u32 *end, bool *fin)
{
	if (after(*end, e->edge)) {
		*end = e->edge;
		*fin = false;
	}
}

static void receive_text(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out)
{
	__u32 end = w->seq + w->len, fresh;
	bool fin = w->flags & FIN;
	const bool had_fin = e->got_fin;
	const __u32 was_next = e->rcv_next;

	if (!w->len && !fin) {
		endpoint_output(e, now, out);
		return;
	}
	clip(e, &end, &fin);
	if (after(w->seq, e->rcv_next)) {
		keep_piece(e, w->seq, end, fin);
		endpoint_output(e, now, out);
		endpoint_ack(e, now, out);
		return;
	}
	fresh = take_bytes(e, w->seq, end, fin, now);
	fresh += take_pieces(e, now);
	if (fresh && (e->habits & HABIT_REPLIES) && !e->wants_fin)
		e->to_send += e->reply;
	endpoint_output(e, now, out);
	if (e->told == e->rcv_next && e->rcv_next != was_next)
		return; /* it rode on what was sent */
	if ((e->habits & HABIT_DELAYS_ACKS) && fresh && !e->piece_count && had_fin == e->got_fin && e->ack_at == NEVER)
		e->ack_at = now + DELAYED_ACK;
	else
		endpoint_ack(e, now, out);
}

/* ---- states that are synchronized --------------------------------------- */

static bool is_probe(const struct endpoint *e, const struct wire *w)
{
	return !(w->flags & (SYN | FIN | RST)) && w->len <= 1 &&
	       (w->seq == e->rcv_next - 1 || (w->seq == e->rcv_next && e->edge == e->rcv_next));
}

/* Linux: the end overlaps what it lets come (RFC 9293 3.10.7.4, table 6, read generously). */
static bool is_in_window(const struct endpoint *e, const struct wire *w)
{
	return !before(wire_end(w), e->told) && !after(w->seq, e->edge);
}

static enum fate receive_rst(struct endpoint *e, const struct wire *w, bool in_window, __u64 now,
			     const struct outlet *out)
{
	const bool exact = w->seq == e->rcv_next ||
			   (w->seq == e->rcv_next - 1 && e->got_fin); /* Linux: sent before its FIN was known */

	if (exact) {
		e->was_reset = true;
		endpoint_close(e);
		return FATE_TAKEN;
	}
	if (in_window)
		endpoint_ack(e, now, out);
	return FATE_REFUSED;
}

/* A window probe's byte was taken: it was sent after all. */
static bool acknowledges_probe(const struct endpoint *e, const struct wire *w)
{
	return (e->habits & HABIT_PROBES_A_BYTE) && e->tries && e->to_send && w->ack == e->next + 1 &&
	       e->una == e->next;
}

/* Linux: a socket without an application has no use for new data. */
static bool refuses_data(const struct endpoint *e, const struct wire *w)
{
	return e->orphan && !e->still && w->len && after(w->seq + w->len, e->rcv_next) &&
	       (e->state == S_FIN_WAIT_1 || e->state == S_FIN_WAIT_2);
}

static enum fate receive_opening(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out)
{
	if (w->ack != e->next) {
		endpoint_refuse(e, w, out);
		return FATE_REFUSED;
	}
	e->una = w->ack;
	endpoint_establish(e);
	take_window(e, w);
	return FATE_TAKEN;
}

static enum fate receive_synchronized(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out)
{
	const bool in_window = is_in_window(e, w), opening = e->state == S_SYN_RECEIVED;

	if (has_timestamps(e, w) && before(w->tsval, e->ts_recent) && !(w->flags & RST)) {
		endpoint_ack(e, now, out);
		return FATE_REFUSED;
	}
	if (opening && (w->flags & SYN) && !(w->flags & ACK) && w->seq == e->irs) {
		endpoint_emit(e, SYN | ACK, e->iss, 0, now, out);
		return FATE_TAKEN;
	}
	if (w->flags & RST)
		return receive_rst(e, w, in_window, now, out);
	/* The other's SYN-ACK, of a simultaneous open, is but its ACK. */
	if (opening && !e->passive && (w->flags & SYN) && (w->flags & ACK) && w->seq == e->irs && w->ack == e->next) {
		receive_opening(e, w, now, out);
		endpoint_output(e, now, out);
		return FATE_TAKEN;
	}
	if (!in_window) {
		const bool probe = is_probe(e, w);

		endpoint_ack(e, now, out);
		return probe ? FATE_PROBE : FATE_REFUSED;
	}
	if (w->flags & SYN) {
		endpoint_ack(e, now, out);
		return FATE_REFUSED;
	}
	if (!(w->flags & ACK))
		return FATE_REFUSED;
	if (opening && receive_opening(e, w, now, out) == FATE_REFUSED)
		return FATE_REFUSED;
	if (acknowledges_probe(e, w)) {
		e->next++;
		e->to_send--;
	}
	if (after(w->ack, e->next) || before(w->ack, e->una - e->max_window)) {
		endpoint_ack(e, now, out);
		return FATE_REFUSED;
	}
	if (has_timestamps(e, w) && !after(w->seq, e->told))
		e->ts_recent = w->tsval;
	take_ack(e, w, now);
	if (e->state == S_CLOSED)
		return FATE_TAKEN;
	if (e->state == S_TIME_WAIT)
		return FATE_TAKEN;
	if (refuses_data(e, w)) {
		endpoint_close(e);
		e->was_reset = true;
		endpoint_refuse(e, w, out);
		return FATE_TAKEN;
	}
	if (is_probe(e, w) && w->len) {
		receive_text(e, w, now, out);
		return FATE_PROBE;
	}
	receive_text(e, w, now, out);
	return FATE_TAKEN;
}

enum fate endpoint_receive(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out)
{
	switch (e->state) {
	case S_LISTEN:
		return receive_listening(e, w, now, out);
	case S_CLOSED:
		if ((e->habits & HABIT_LISTENS) && (w->flags & (SYN | RST | ACK)) == SYN)
			return receive_listening(e, w, now, out);
		if (w->flags & RST)
			return FATE_REFUSED;
		endpoint_refuse(e, w, out);
		return FATE_REFUSED;
	case S_SYN_SENT:
		return receive_syn_sent(e, w, now, out);
	case S_TIME_WAIT:
		return receive_time_wait(e, w, now, out);
	default:
		return receive_synchronized(e, w, now, out);
	}
}
