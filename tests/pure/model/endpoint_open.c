// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* A segment arrives where a connection may begin: in LISTEN, SYN_SENT and TIME_WAIT. */
#include "endpoint_parts.h"

#define TWO_MSL (60 * SEC)

/* ---- a SYN -------------------------------------------------------------- */

static void take_syn(struct endpoint *e, const struct wire *w)
{
	e->irs = w->seq;
	e->rcv_next = e->told = e->edge = w->seq + 1;
	e->uses = e->offers & w->options;
	e->peer_scale = w->scale;
	e->ts_recent = w->tsval;
	e->peer_window = w->window;
	e->max_window = w->window;
	e->wl1 = w->seq;
	e->wl2 = w->ack;
}

static void restart_timer(struct endpoint *e, __u64 now)
{
	e->rto_at = now + SEC;
}

/* The socket of the life before, if any, is gone. */
static void open_passively(struct endpoint *e, const struct wire *w, __u32 iss, __u64 now, const struct outlet *out)
{
	const bool ghost = e->life == w->life && e->was_open;

	endpoint_reboot(e);
	e->been = 0;
	e->gave_up = false;
	e->passive = e->was_open = true;
	e->ghost = ghost;
	e->life = w->life;
	e->iss = e->una = iss;
	e->next = iss + 1;
	take_syn(e, w);
	become(e, S_SYN_RECEIVED);
	restart_timer(e, now);
	endpoint_emit(e, SYN | ACK, iss, 0, now, out);
}

/* A listener's numbers: the same in every run, and none like another. */
static __u32 passive_iss(const struct endpoint *e, const struct wire *w)
{
	return (e->ts_offset ^ w->seq * 2654435761u) + w->life * 0x1234567u;
}

enum fate receive_listening(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out)
{
	if (!(w->flags & RST) && !(w->flags & ACK) && (w->flags & SYN)) {
		if (e->still)
			return FATE_TAKEN;
		open_passively(e, w, passive_iss(e, w), now, out);
		return FATE_TAKEN;
	}
	if (w->flags & ACK)
		endpoint_refuse(e, w, out);
	return FATE_REFUSED;
}

void endpoint_establish(struct endpoint *e)
{
	become(e, S_ESTABLISHED);
	e->rto_at = NEVER;
	e->tries = 0;
}

enum fate receive_syn_sent(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out)
{
	if ((w->flags & ACK) && w->ack != e->next) {
		endpoint_refuse(e, w, out);
		return FATE_REFUSED;
	}
	if (w->flags & RST) {
		if (!(w->flags & ACK))
			return FATE_REFUSED;
		e->was_reset = true;
		endpoint_close(e);
		return FATE_TAKEN;
	}
	if (!(w->flags & SYN))
		return FATE_REFUSED;
	take_syn(e, w);
	if (w->flags & ACK) {
		e->una = w->ack;
		endpoint_establish(e);
		if (e->to_send || e->wants_fin)
			endpoint_output(e, now, out); /* the third segment has data */
		else
			endpoint_ack(e, now, out);
	} else {
		e->life = e->life > w->life ? e->life : w->life;
		become(e, S_SYN_RECEIVED);
		endpoint_emit(e, SYN | ACK, e->iss, 0, now, out);
	}
	return FATE_TAKEN;
}

/* ---- TIME_WAIT: Linux's tcp_timewait_state_process() -------------------- */

void endpoint_wait(struct endpoint *e, __u64 now)
{
	become(e, S_TIME_WAIT);
	e->rto_at = e->ack_at = e->probe_at = NEVER;
	e->wait_until = now + TWO_MSL;
}

enum fate receive_time_wait(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out)
{
	const bool stale = has_timestamps(e, w) && before(w->tsval, e->ts_recent);
	const bool newer = has_timestamps(e, w) && after(w->tsval, e->ts_recent);

	if (!stale && w->seq == e->rcv_next && (wire_end(w) == w->seq || (w->flags & RST))) {
		e->was_reset = w->flags & RST;
		if (w->flags & RST)
			endpoint_close(e);
		else
			e->wait_until = now + TWO_MSL;
		return FATE_TAKEN;
	}
	if ((w->flags & SYN) && !(w->flags & (RST | ACK)) && !stale && (after(w->seq, e->rcv_next) || newer) &&
	    (e->habits & HABIT_LISTENS) && !e->still) {
		open_passively(e, w, e->next + 65536 + 2, now, out);
		return FATE_TAKEN;
	}
	if (!(w->flags & RST)) {
		if (stale || (w->flags & ACK))
			e->wait_until = now + TWO_MSL;
		endpoint_ack(e, now, out);
	}
	return FATE_REFUSED;
}
