// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What an end sends: by the application's will, and when a timer runs out. */
#include "endpoint_parts.h"

#define RTO (1000 * MS)
#define TRIES 6

const char *const state_text[S_COUNT] = {
	[S_CLOSED] = "CLOSED",
	[S_LISTEN] = "LISTEN",
	[S_SYN_SENT] = "SYN_SENT",
	[S_SYN_RECEIVED] = "SYN_RECEIVED",
	[S_ESTABLISHED] = "ESTABLISHED",
	[S_FIN_WAIT_1] = "FIN_WAIT_1",
	[S_FIN_WAIT_2] = "FIN_WAIT_2",
	[S_CLOSE_WAIT] = "CLOSE_WAIT",
	[S_CLOSING] = "CLOSING",
	[S_LAST_ACK] = "LAST_ACK",
	[S_TIME_WAIT] = "TIME_WAIT",
};

static void send_out(const struct endpoint *e, const struct wire *w, const struct outlet *out)
{
	if (out->send)
		out->send(out->arg, e, w);
}

static __u32 clock_of(const struct endpoint *e, __u64 now)
{
	return e->ts_offset + (__u32)(now / MS);
}

/* What it lets come, as the header says it. The right edge never moves back. */
static __u16 window_to_tell(struct endpoint *e, bool syn)
{
	const __u32 room = e->buffer > e->unread ? e->buffer - e->unread : 0;
	const __u32 held = before(e->rcv_next, e->edge) ? e->edge - e->rcv_next : 0;
	const __u8 scale = !syn && (e->uses & OPT_SCALE) ? e->scale : 0;
	__u32 window = (room > held ? room : held) >> scale;

	if (window > 65535)
		window = 65535;
	e->edge = later(e->edge, e->rcv_next + (window << scale));
	return window;
}

void endpoint_emit(struct endpoint *e, __u8 flags, __u32 seq, __u32 len, __u64 now, const struct outlet *out)
{
	struct wire w = { .seq = seq, .len = len, .flags = flags, .life = e->life };

	if (flags & ACK) {
		w.ack = e->rcv_next;
		e->told = e->rcv_next;
		e->ack_at = NEVER;
	}
	if (!(flags & RST))
		w.window = window_to_tell(e, flags & SYN);
	if (flags & SYN) {
		w.options = flags & ACK ? e->uses : e->offers;
		w.scale = w.options & OPT_SCALE ? e->scale : 0;
	} else {
		w.options = e->uses & OPT_TIMESTAMPS;
	}
	if (w.options & OPT_TIMESTAMPS) {
		w.tsval = clock_of(e, now);
		w.tsecr = flags & ACK ? e->ts_recent : 0;
	}
	send_out(e, &w, out);
}

void endpoint_ack(struct endpoint *e, __u64 now, const struct outlet *out)
{
	endpoint_emit(e, ACK, e->next, 0, now, out);
}

/* RFC 9293 3.10.7.1: what comes to a port where nothing is. */
void endpoint_refuse(const struct endpoint *e, const struct wire *w, const struct outlet *out)
{
	struct wire rst = { .flags = RST, .life = w->life };

	if (w->flags & RST)
		return;
	if (w->flags & ACK) {
		rst.seq = w->ack;
	} else {
		rst.flags |= ACK;
		rst.ack = wire_end(w);
	}
	send_out(e, &rst, out);
}

/* ---- data and FIN ------------------------------------------------------- */

static void start_timer(struct endpoint *e, __u64 now)
{
	if (e->rto_at == NEVER)
		e->rto_at = now + (RTO << e->tries);
}

static bool may_send(const struct endpoint *e)
{
	return e->state == S_ESTABLISHED || e->state == S_CLOSE_WAIT;
}

/* The FIN is on its way, though the segment that carries it is not emitted yet. */
static void take_fin(struct endpoint *e)
{
	e->sent_fin = true;
	e->got_fin_first = e->got_fin;
	e->next++;
	e->fin_end = e->next;
	become(e, e->state == S_CLOSE_WAIT ? S_LAST_ACK : S_FIN_WAIT_1);
}

void endpoint_output(struct endpoint *e, __u64 now, const struct outlet *out)
{
	if (!may_send(e) || e->still)
		return;
	for (;;) {
		const __u32 right = e->una + e->peer_window;
		const __u32 room = before(e->next, right) ? right - e->next : 0;
		const __u32 seq = e->next;
		__u32 len = e->segment;
		__u8 flags = ACK;

		if (len > e->to_send)
			len = e->to_send;
		if (len > room)
			len = room;
		e->to_send -= len;
		e->next += len;
		if (len)
			flags |= PSH;
		if (e->wants_fin && !e->to_send && room > len) {
			take_fin(e);
			flags |= FIN;
		}
		if (e->next == seq)
			break;
		start_timer(e, now);
		endpoint_emit(e, flags, seq, len, now, out);
		if (!may_send(e))
			return;
	}
	/* A window that is shut is probed. */
	if ((e->to_send || e->wants_fin) && e->una == e->next && e->probe_at == NEVER)
		e->probe_at = now + (RTO << e->tries);
}

/* From the first number that is not acknowledged. */
static void send_again(struct endpoint *e, __u64 now, const struct outlet *out)
{
	const bool fin = e->sent_fin && !e->fin_acked;
	__u32 len = e->next - e->una - fin;
	__u8 flags = ACK;

	if (e->state == S_SYN_SENT) {
		endpoint_emit(e, SYN, e->iss, 0, now, out);
		return;
	}
	if (e->state == S_SYN_RECEIVED) {
		endpoint_emit(e, SYN | ACK, e->iss, 0, now, out);
		return;
	}
	if (len > e->segment)
		len = e->segment;
	if (fin && e->una + len + 1 == e->next)
		flags |= FIN;
	if (len)
		flags |= PSH;
	endpoint_emit(e, flags, e->una, len, now, out);
}

static void probe(struct endpoint *e, __u64 now, const struct outlet *out)
{
	if (!(e->habits & HABIT_PROBES_A_BYTE) || !e->to_send) {
		endpoint_emit(e, ACK, e->una - 1, 0, now, out);
		return;
	}
	/* The byte counts as sent only if it is acknowledged: it is then found to be beyond next. */
	endpoint_emit(e, ACK | PSH, e->next, 1, now, out);
}

void endpoint_close(struct endpoint *e)
{
	become(e, S_CLOSED);
	e->rto_at = e->ack_at = e->probe_at = e->wait_until = NEVER;
	e->to_send = 0;
	e->piece_count = 0;
}

static void give_up(struct endpoint *e)
{
	e->gave_up = true;
	endpoint_close(e);
}

/* ---- timers ------------------------------------------------------------- */

static __u64 earlier(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

__u64 endpoint_deadline(const struct endpoint *e)
{
	return is_open(e) ? earlier(earlier(e->rto_at, e->ack_at), earlier(e->probe_at, e->wait_until)) : NEVER;
}

void endpoint_timer(struct endpoint *e, __u64 now, const struct outlet *out)
{
	if (e->wait_until <= now) {
		give_up(e);
	} else if (e->ack_at <= now) {
		endpoint_ack(e, now, out);
	} else if (e->rto_at <= now || e->probe_at <= now) {
		const bool probes = e->probe_at <= now;

		e->rto_at = probes ? e->rto_at : NEVER;
		e->probe_at = probes ? NEVER : e->probe_at;
		if (++e->tries > TRIES) {
			give_up(e);
		} else if (probes) {
			if (!e->peer_window || e->wants_fin)
				probe(e, now, out);
			e->probe_at = now + (RTO << e->tries);
		} else {
			e->rto_at = now + (RTO << e->tries);
			send_again(e, now, out);
		}
	}
}

/* ---- the application's calls -------------------------------------------- */

void endpoint_open(struct endpoint *e, __u8 life, __u32 iss, __u64 now, const struct outlet *out)
{
	/* Linux gives up a wait of its own where time stamps keep the two lives apart. */
	if (is_open(e) && !(e->state == S_TIME_WAIT && (e->uses & OPT_TIMESTAMPS)))
		return;
	endpoint_reboot(e);
	e->been = 0;
	e->gave_up = false;
	e->life = life;
	e->iss = e->una = iss;
	e->next = iss + 1;
	become(e, S_SYN_SENT);
	start_timer(e, now);
	endpoint_emit(e, SYN, iss, 0, now, out);
}

void endpoint_send(struct endpoint *e, __u64 bytes, __u64 now, const struct outlet *out)
{
	if (e->wants_fin || !is_open(e) || e->state == S_TIME_WAIT)
		return;
	e->to_send += bytes;
	endpoint_output(e, now, out);
}

void endpoint_shut(struct endpoint *e, bool orphan, __u64 now, const struct outlet *out)
{
	if (!is_open(e))
		return;
	if (e->state == S_SYN_SENT) {
		give_up(e);
		return;
	}
	e->orphan |= orphan;
	e->wants_fin = true;
	endpoint_output(e, now, out);
}

void endpoint_abort(struct endpoint *e, __u64 now, const struct outlet *out)
{
	const bool silent = e->state == S_SYN_SENT || e->state == S_TIME_WAIT;
	const __u32 next = e->next;

	if (!is_open(e))
		return;
	endpoint_close(e);
	e->was_reset = true;
	if (!silent)
		endpoint_emit(e, RST | ACK, next, 0, now, out);
}

void endpoint_read(struct endpoint *e, bool reads, __u64 now, const struct outlet *out)
{
	const bool shut = !before(e->rcv_next, e->edge);

	e->deaf = !reads;
	if (!reads || !e->unread)
		return;
	e->unread = 0;
	/* A window that opens is told. */
	if (shut && is_open(e) && e->state != S_SYN_SENT && e->state != S_TIME_WAIT)
		endpoint_ack(e, now, out);
}

void endpoint_keepalive(struct endpoint *e, __u64 now, const struct outlet *out)
{
	if ((e->state == S_ESTABLISHED || e->state == S_CLOSE_WAIT) && e->una == e->next)
		endpoint_emit(e, ACK, e->next - 1, 0, now, out);
}

void endpoint_reboot(struct endpoint *e)
{
	const struct endpoint was = *e;

	*e = (struct endpoint){
		.habits = was.habits, .offers = was.offers, .scale = was.scale, .buffer = was.buffer,
		.segment = was.segment, .reply = was.reply, .ts_offset = was.ts_offset, .life = was.life,
		.was_open = was.was_open,
		.gave_up = true,
	};
	endpoint_close(e);
	if (e->habits & HABIT_LISTENS)
		become(e, S_LISTEN);
}
