// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Any bytes, as segments between two ends, through the core in the native
 * tracker. Numbers are taken near those that the flow itself holds, so that
 * every comparison is met at its edge. After each segment: the states are
 * states, they changed along the table of transition.h and for a reason that
 * may do so, what was told is what is, and the numbers belong together.
 */
#include <stdbool.h>
#include <string.h>

#include <bpf/bpf_endian.h>

#include "fuzz.h"
#include "tcpstate/core/apply.h"
#include "tests/pure/native/tracker.h"

#define SECOND 1000000000ull
#define START (1000 * SECOND)
#define LAST (~0ull - 1)

/* ---- bytes to draw from ---------------------------------------------------- */

static const __u8 *at, *end;

/* Zeros, once they are used up. */
static __u32 draw(int bytes)
{
	__u32 value = 0;

	while (bytes-- && at < end)
		value = value << 8 | *at++;
	return value;
}

/* ---- what was told, and what is -------------------------------------------- */

static struct native_tracker tracker = { .arg = NULL };
static __u64 now;

/* The incarnation that was told of last. */
static struct {
	__u64 id;
	state_pair states;
	bool ended;
} told;

static bool is_state(__u8 state)
{
	static const bool states[STATE_SLOTS] = {
#define X(name, number, label) [number] = true,
		TCP_STATES(X)
#undef X
	};

	return state < STATE_SLOTS && states[state];
}

/* Which rows of the table this cause may use, and how many of them an end may pass at once. */
static bool may_use(enum cause cause, __u32 happening)
{
	switch (cause) {
	case CAUSE_RST:
	case CAUSE_REFUSED:
	case CAUSE_ICMP:
		return happening == RESET;
	case CAUSE_TIMEOUT:
	case CAUSE_REUSED:
		return happening == TIMED_OUT;
	default:
		return happening != RESET && happening != TIMED_OUT;
	}
}

static bool leads(__u8 from, __u8 to, enum cause cause, int rows)
{
	if (from == to)
		return true;
	for (__u32 h = 0; rows && h < HAPPENINGS; h++)
		if (may_use(cause, h) && transition[h][from] && leads(transition[h][from], to, cause, rows - 1))
			return true;
	return false;
}

/* LISTEN to TIME_WAIT, where all between was missed, is the longest way. */
#define ROWS_MAX 4

static void check_transition(const struct event *e, __u32 of)
{
	__u8 was = e->was[of], is = e->state[of];

	must(is_state(was) && is_state(is), "a state is one of RFC 9293's");
	/* Back to before the RST, which has ended neither; and on from there. */
	if (e->cause == CAUSE_RST_IGNORED && was == STATE_CLOSED)
		return;
	/* Picked up somewhere in its life. */
	if (e->cause == CAUSE_MIDSTREAM && was == STATE_CLOSED)
		return;
	must(leads(was, is, e->cause, ROWS_MAX), "states change along the table");
}

static void on_state(const struct event *e)
{
	state_pair was = (state_pair)(e->was[0] | e->was[1] << 8);

	must(e->cause > CAUSE_NONE && e->cause < CAUSE_COUNT, "a change has a cause");
	must(e->initiator <= 1 && e->sender <= SENDER_NONE, "the ends are two");
	must(e->time <= now, "nothing happens in the future");
	check_transition(e, 0);
	check_transition(e, 1);
	must(memcmp(e->was, e->state, sizeof(e->was)), "an event tells of a change");
	must(e->id >= told.id, "incarnations follow each other");
	if (e->id == told.id) {
		must(!told.ended, "what has ended is over");
		must(was == told.states, "an event begins where the one before it ended");
	}
	told.id = e->id;
	told.states = (state_pair)(e->state[0] | e->state[1] << 8);
	told.ended = false;
}

/* Picked up, and closed when it was first believed: of that, events have nothing to tell. */
static bool never_told(const struct flow *f)
{
	return f->traits & FLOW_MIDSTREAM && f->id > told.id && both_closed(f);
}

static void on_end(const struct flow_record *r)
{
	must(both_closed(&r->flow), "what has ended is closed");
	must((r->flow.id == told.id && !told.ended) || never_told(&r->flow), "it ends once, after it has begun");
	told.id = r->flow.id;
	must(r->flow.closed_by <= 3, "one end closes, or both, or none");
	told.ended = true;
}

static void on_wait(const struct wait_event *w)
{
	must(w->phase >= WAIT_STARTED && w->phase <= WAIT_ENDED, "a wait starts, starts again, or ends");
	must(w->ends >= 1 && w->ends <= 3, "it is the wait of one end, or of both");
	must(w->event.time <= now, "no wait changes in the future");
}

static void on_stray(const struct stray_event *e)
{
	must(e->kind > STRAY_NONE && e->kind < STRAY_COUNT, "a stray is of some kind");
	must(e->in_window <= 1 && e->paws_rejects <= 1, "verdicts are yes or no");
}

static void on_record(void *arg, const void *record)
{
	switch (*(const __u32 *)record) {
	case EVENT_STATE:
		on_state(record);
		break;
	case EVENT_TIME_WAIT:
		on_wait(record);
		break;
	case EVENT_STRAY:
		on_stray(record);
		break;
	case EVENT_FLOW:
		on_end(record);
		break;
	default:
		must(false, "a record is one of the ABI's");
	}
}

/* ---- the flow --------------------------------------------------------------- */

#define IS(state) (1u << STATE_##state)

static bool is_in(const struct flow *f, __u32 x, __u32 states)
{
	return states >> f->state[x] & 1;
}

static void check_end(const struct flow *f, __u32 x)
{
	const struct end_past *past = &f->past[x];

	must(is_state(f->state[x]), "a state is one of RFC 9293's");
	must(wscale_of(f, x) <= 14, "no larger window scale than there is");
	if (!(f->traits & FLOW_MIDSTREAM) && is_in(f, x, IS(SYN_SENT) | IS(SYN_RECEIVED)))
		must(past->traits & (END_SYN | END_HEARD) || f->traits & FLOW_INFERRED, "who opens has sent a SYN");
	/* A FIN that has not arrived may be void: see voids_fin(). To itself, a socket can say both at once. */
	if (f->traits & FLOW_SELF)
		return;
	if (is_in(f, x, IS(FIN_WAIT_2) | IS(TIME_WAIT)))
		must(past->traits & END_FIN, "whose FIN was acknowledged has sent one");
	if (is_in(f, x, IS(CLOSE_WAIT) | IS(CLOSING) | IS(LAST_ACK) | IS(TIME_WAIT)))
		must(f->past[x ^ 1].traits & END_FIN, "who knows of a close has had a FIN");
}

static void check_flow(const struct flow *f, const struct history *h)
{
	must(f->initiator <= 1, "one of two ends has begun");
	must(f->local <= LOCAL_BOTH, "the observer sits somewhere");
	must(f->closed_by <= 3 && f->closed_how <= CLOSE_TIMEOUT, "it was closed somehow");
	must(f->start <= f->changed && f->changed <= now && f->last_seen <= now, "time goes on");
	must(!!(f->attention & ATTENTION_ALL) == (needs_attention(f) || h->believed), "attention is paid where it is needed");
	check_end(f, 0);
	check_end(f, 1);
	if (!(f->traits & FLOW_QUIET) && !never_told(f))
		must(f->id == told.id && !told.ended && state_pair_of(f) == told.states, "what was told is what is");
}

/* A judgment of these says that the receiver does not take it. */
static bool changes_nothing(enum judgment judgment)
{
	return judgment >= JUDGE_BAD_FLAGS && judgment != JUDGE_DATA_AFTER_FIN;
}

/* ---- segments ---------------------------------------------------------------- */

/* A number that x or its peer may have in mind. */
static __u32 number_of(const struct flow *f, __u32 x, __u32 which)
{
	const struct end_past *past = &f->past[x];

	switch (which) {
	case 0:
		return f->end[x].next;
	case 1:
		return f->end[x ^ 1].acked;
	case 2:
		return past->isn;
	case 3:
		return past->fin;
	case 4:
		return past->traits & END_HOLE ? past->hole_start : past->hole_end;
	case 5:
		return f->end[x ^ 1].edge;
	case 6:
		return f->other_isn;
	default:
		return past->hole_end;
	}
}

/* A byte says which number, and how far from it; 0: exactly the next. */
static __u32 near(const struct flow *f, __u32 x)
{
	__u32 how = draw(1);
	__u32 number = number_of(f, x, how & 7);

	switch (how >> 3 & 7) {
	case 1:
		return number + 1;
	case 2:
		return number - 1;
	case 3:
		return number + (__s8)draw(1);
	case 4:
		return number + (__s16)draw(2);
	case 5:
		return number + (draw(1) << 24);
	case 6:
		return draw(4);
	}
	return number;
}

static __u8 flags(void)
{
	static const __u8 usual[] = {
		TH_ACK, TH_SYN, TH_SYN | TH_ACK, TH_FIN | TH_ACK, TH_RST, TH_RST | TH_ACK, TH_ACK | TH_PSH,
		TH_ACK, TH_FIN | TH_ACK | TH_PSH, TH_ACK, TH_SYN | TH_FIN, TH_FIN, 0, TH_ACK, TH_SYN | TH_RST,
	};
	__u32 which = draw(1);

	return which % 16 < sizeof(usual) ? usual[which % 16] : draw(1);
}

static __u32 length(void)
{
	__u32 how = draw(1);

	switch (how & 7) {
	case 0 ... 3:
		return 0;
	case 4:
		return 1;
	case 5:
		return how >> 3;
	case 6:
		return 1460;
	default:
		return draw(2) << (how >> 7 ? 4 : 0); /* a super-packet */
	}
}

static void add_options(struct segment *s, const struct flow *f, __u32 x)
{
	s->traits = draw(1);
	if (s->traits & SEG_TIMESTAMP) {
		s->tsval = f->end[x].tsval + (__s8)draw(1);
		s->tsecr = f->end[x ^ 1].tsval + (__s8)draw(1);
	}
	if (s->traits & SEG_WSCALE)
		s->wscale = draw(1) % 15;
	if (s->traits & SEG_MSS)
		s->mss = draw(2);
}

static void make_segment(struct packet *p, const struct flow *f)
{
	__u32 how = draw(1);
	struct segment *s = &p->seg;
	__u32 x = p->self ? 0 : how & 1;

	p->from = x;
	p->icmp_error = (how >> 1 & 31) == 31;
	s->flags = flags();
	s->seq = near(f, x);
	if (s->flags & TH_ACK)
		s->ack = near(f, x ^ 1);
	s->len = length();
	s->packets = 1 + s->len / 1460;
	s->window = how & 0x40 ? draw(2) : 65535;
	s->ttl = 64;
	if (how & 0x80)
		add_options(s, f, x);
}

static __u64 pause_ns(void)
{
	__u32 how = draw(1);

	switch (how & 7) {
	case 6:
		return (how >> 3) * 4 * SECOND; /* 2MSL is near */
	case 7:
		return (__u64)draw(2) * 60 * SECOND; /* 45 days, at most */
	default:
		return (how >> 3) * (SECOND / 1000);
	}
}

/* TRACE=1 in the environment: what an input means. */
static void trace(const struct packet *p, const struct flow *f)
{
	const struct segment *s = &p->seg;
	static int wanted = -1;

	if (wanted < 0)
		wanted = !!getenv("TRACE");
	if (!wanted)
		return;
	fprintf(stderr, "%llu.%03llu end %u%s flags %02x seq %u ack %u len %u win %u traits %02x ts %u %u: judgment %d",
		now / SECOND, now / (SECOND / 1000) % 1000, p->from, p->icmp_error ? " (ICMP)" : "", s->flags, s->seq,
		s->ack, s->len, s->window, s->traits, s->tsval, s->tsecr, tracker.judgment);
	if (f)
		fprintf(stderr, ": flow %llu is %u %u, traits %04x\n", f->id, f->state[0], f->state[1], f->traits);
	else
		fprintf(stderr, ": no flow\n");
}

static void step_once(struct packet *p, enum locality local)
{
	static const struct flow nothing;
	const struct flow *f = native_find(&tracker, &p->key);
	__u64 id = f ? f->id : 0;
	state_pair was = f ? state_pair_of(f) : 0;
	/* What was held back may be settled, or refused, by it. */
	bool in_doubt = f && f->traits & FLOW_DOUBT;

	if (draw(1) % 16 == 15) {
		native_sweep(&tracker, now);
	} else {
		make_segment(p, f ? f : &nothing);
		native_track(&tracker, p, local, now);
	}
	f = native_find(&tracker, &p->key);
	trace(p, f);
	if (!f)
		return;
	if (!p->icmp_error && !in_doubt && f->last_seen == now && f->id == id && changes_nothing(tracker.judgment))
		must(state_pair_of(f) == was, "what the receiver does not take changes no state");
	check_flow(f, native_find_history(&tracker, &p->key));
}

static struct packet first_packet(__u32 how)
{
	static const __u16 ports[] = { 80, 40000, 8000, 80 };
	struct packet p = {};

	p.key.addr[0][15] = 1;
	p.key.addr[1][15] = how & 1 ? 1 : 2;
	p.key.port[0] = bpf_htons(ports[how >> 1 & 3]);
	p.key.port[1] = how & 1 ? p.key.port[0] : bpf_htons(50000);
	p.self = how & 1;
	return p;
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	enum locality local;
	struct packet p;

	at = data;
	end = data + size;
	now = START;
	memset(&told, 0, sizeof(told));
	tracker.settings = native_settings(30);
	tracker.told = on_record;
	tracker.next_id = 0;
	local = draw(1) & 3;
	p = first_packet(draw(1));
	while (at < end) {
		now += pause_ns();
		step_once(&p, local);
	}
	now = LAST;
	native_sweep(&tracker, now);
	native_clear(&tracker);
	return 0;
}
