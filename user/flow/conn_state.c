// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/conn_state.h"

#include <stdbool.h>

static const char *const names[] = {
#define X(name, text) #name,
	CONN_STATES(X)
#undef X
};

static const char *const texts[] = {
#define X(name, text) text,
	CONN_STATES(X)
#undef X
};

/* What Zeek calls an endpoint's state (TCP_Endpoint.h). */
enum endpoint {
	INACTIVE,    /* has sent nothing */
	SYN_SENT,    /* an originator without an answer */
	PARTIAL,     /* heard, but its opening was not seen */
	ESTABLISHED,
	CLOSED,      /* has sent a FIN */
	RESET,       /* has sent an RST */
};

static bool sent_syn(const struct flow *f, unsigned int end)
{
	return f->past[end].traits & END_SYN;
}

static bool sent_fin(const struct flow *f, unsigned int end)
{
	return f->past[end].traits & END_FIN;
}

static bool was_heard(const struct flow *f, unsigned int end)
{
	return packets_of(f, end);
}

/* Its SYN has had no answer: who could say that the number of its RST is wrong? */
static bool gave_up(const struct flow *f, unsigned int end)
{
	return sent_syn(f, end) && f->past[end].rsts && !was_heard(f, !end);
}

/* An RST behind both FINs is no abort any more (UpdateClosedState). */
static bool has_reset(const struct flow *f, unsigned int end)
{
	if (gave_up(f, end))
		return true;
	return f->closed_how == CLOSE_RST && f->closed_by & 1u << end && !(sent_fin(f, 0) && sent_fin(f, 1));
}

/* A SYN-ACK passed, but never arrived: the end still opened when it was reset (RULES 40). */
static bool was_refused(const struct flow *f, unsigned int end)
{
	return (f->traits & FLOW_RST_CLOSED) && f->was[end] == STATE_SYN_SENT;
}

static enum endpoint endpoint_of(const struct flow *f, unsigned int end)
{
	unsigned int peer = !end;
	bool is_originator = end == (f->initiator & 1u);

	if (has_reset(f, end))
		return RESET;
	if (sent_fin(f, end))
		return CLOSED;
	if (!was_heard(f, end))
		return INACTIVE;
	if (is_originator && sent_syn(f, end))
		return was_heard(f, peer) && sent_syn(f, peer) && !was_refused(f, end) ? ESTABLISHED : SYN_SENT;
	if (is_originator) /* its SYN was missed, but it acknowledges the SYN-ACK */
		return sent_syn(f, peer) ? ESTABLISHED : PARTIAL;
	if (sent_syn(f, end))
		return ESTABLISHED;
	/* An ACK of the SYN before the SYN-ACK makes no connection. */
	return sent_syn(f, peer) && !f->end[end].bytes ? INACTIVE : PARTIAL;
}

static bool is_inactive(enum endpoint e)
{
	return e == INACTIVE || e == PARTIAL;
}

/* conn_state() in Zeek's base/protocols/conn/main.zeek, question by question. */
enum conn_state conn_state_of(const struct flow *f)
{
	unsigned int originator = f->initiator & 1;
	enum endpoint o = endpoint_of(f, originator), r = endpoint_of(f, !originator);

	if (r == RESET) {
		if (o == SYN_SENT)
			return CONN_REJ;
		return is_inactive(o) ? CONN_RSTRH : CONN_RSTR;
	}
	if (o == RESET) {
		if (!is_inactive(r))
			return CONN_RSTO;
		/* Nothing but SYN and RST; an ACK between them would say that the other half was not seen. */
		return sent_syn(f, originator) && !sent_fin(f, originator) &&
		       !(f->past[originator].traits & END_ACKED) ? CONN_RSTOS0 : CONN_OTH;
	}
	if (o == CLOSED && r == CLOSED)
		return CONN_SF;
	if (o == CLOSED)
		return is_inactive(r) ? CONN_SH : CONN_S2;
	if (r == CLOSED)
		return is_inactive(o) ? CONN_SHR : CONN_S3;
	if (o == SYN_SENT && r == INACTIVE)
		return CONN_S0;
	if (o == ESTABLISHED && r == ESTABLISHED)
		return CONN_S1;
	return CONN_OTH;
}

const char *conn_state_name(enum conn_state state)
{
	return state < CONN_STATE_COUNT ? names[state] : "?";
}

const char *conn_state_text(enum conn_state state)
{
	return state < CONN_STATE_COUNT ? texts[state] : "?";
}
