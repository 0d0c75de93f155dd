// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "world.h"

/* Hidden frames push others aside on the wire; the tracker's shortest time is a hundred times as long. */
#define SAME_TIME (1 * MS)
#define NO_FRAME FRAMES
#define SLACK 2 /* mishaps more than there were: on the way to a world with no more */

struct trial {
	struct run run;
	struct likely likely;
	const struct trace *trace;
	const struct question *question;
	struct world *world;
	unsigned int early;    /* of the trace: has passed already, though the one before it has not; NO_FRAME: none */
	unsigned int asked;    /* the frame of the run that the question is about; NO_FRAME: not yet */
	bool is_late, is_over; /* the receiver of that: when it passes */
};

static bool is_same(const struct sighting *seen, const struct frame *f, __u64 now)
{
	const struct wire *a = &seen->wire, *b = &f->wire;
	const __u64 apart = now > seen->time ? now - seen->time : seen->time - now;

	return seen->from == f->from && a->seq == b->seq && a->ack == b->ack && a->len == b->len && a->flags == b->flags &&
	       a->window == b->window && a->options == b->options && a->scale == b->scale && a->tsval == b->tsval &&
	       a->tsecr == b->tsecr && apart <= SAME_TIME;
}

static bool is_over(const struct endpoint *e)
{
	return e->state == S_CLOSED || e->state == S_LISTEN || e->state == S_TIME_WAIT;
}

/* Its receiver is over, or has all that it brings. */
static bool is_late(const struct endpoint *to, const struct frame *f)
{
	const struct wire *w = &f->wire;

	return is_over(to) || (wire_end(w) != w->seq && !(w->flags & SYN) && to->life == w->life &&
			       !after(wire_end(w), to->rcv_next));
}

/* The end is, or may be thought to be from what has passed, what the tracker says. */
static bool is_told(const struct trial *t, int x, __u8 told)
{
	const struct likely_end *l = &t->likely.end[x];
	unsigned int states = BIT(t->run.end[x].state);

	if (t->question->demand == DEMAND_STATE)
		states |= BIT(l->all.state) | BIT(l->arriving.state);
	if (states & BIT(S_LISTEN))
		states |= BIT(S_CLOSED);
	return states & BIT(told);
}

static void ask_states(struct trial *t)
{
	const struct question *q = t->question;

	t->world->agrees = is_told(t, 0, q->told[0]) && is_told(t, 1, q->told[1]) && t->world->mishaps <= q->mishaps;
}

static void count_mishap(struct trial *t)
{
	if (++t->world->mishaps > t->question->mishaps + SLACK)
		t->run.overflow = true; /* enough of it */
}

/* Which of the trace it is. NO_FRAME: it is missed. */
static unsigned int match(struct trial *t, const struct frame *f, __u64 now)
{
	struct world *w = t->world;
	const struct trace *trace = t->trace;
	const unsigned int next = w->matched, count = t->question->count;

	if (next < count && is_same(&trace->seen[next], f, now)) {
		w->matched += t->early == next + 1 ? 2 : 1;
		t->early = NO_FRAME;
		return next;
	}
	if (t->early == NO_FRAME && next + 1 < count && is_same(&trace->seen[next + 1], f, now)) {
		t->early = next + 1;
		count_mishap(t);
		return next + 1;
	}
	count_mishap(t);
	return NO_FRAME;
}

static void passes(void *arg, struct run *r, struct frame *f, __u64 now)
{
	struct trial *t = arg;
	const struct question *q = t->question;
	const bool visible = (r->schedule->seen & 1 << f->from) && !t->world->is_alike;
	const unsigned int at = visible ? match(t, f, now) : NO_FRAME;

	f->seen = at != NO_FRAME;
	if (f->seen && at == q->frame) {
		t->asked = f - r->frame;
		t->is_late = is_late(&r->end[!f->from], f);
		t->is_over = is_over(&r->end[!f->from]);
	}
	if (q->demand == DEMAND_STATE)
		likely_pass(&t->likely, r, f);
	if (q->demand == DEMAND_END || t->world->matched < q->count)
		return;
	t->world->is_alike = true;
	if (q->demand == DEMAND_STATE) {
		ask_states(t);
		r->overflow = true; /* no more is asked */
	}
}

static __u64 hash(__u64 h, __u64 value)
{
	return (h ^ value) * 0x100000001b3ull;
}

static __u64 history_of(const struct run *r)
{
	__u64 h = 0xcbf29ce484222325ull;

	for (unsigned int i = 0; i < r->frames; i++) {
		const struct frame *f = &r->frame[i];

		h = hash(h, f->wire.seq + ((__u64)f->wire.ack << 32));
		h = hash(h, f->wire.flags + (f->wire.len << 8));
		h = hash(h, f->arrived + 2 * f->fate + 8 * f->seen);
		h = hash(h, f->arrives);
	}
	return hash(h, r->end[0].state + 16 * r->end[1].state);
}

unsigned int mishaps_of(const struct schedule *s, unsigned int frames, __u64 now)
{
	unsigned int n = 0;

	for (int i = 0; i < s->net_count; i++)
		n += s->net[i].frame < frames;
	for (int i = 0; i < s->action_count; i++)
		n += (s->action[i].verb == DO_REBOOT || s->action[i].verb == DO_FORGE) && s->action[i].at + SEC <= now;
	return n;
}

/* It was refused; and by one who is there, unless it is said to be late. */
static bool is_refused(const struct trial *t)
{
	const struct frame *f = &t->run.frame[t->asked];

	if (t->asked == NO_FRAME || !f->arrived)
		return false;
	if (t->question->demand == DEMAND_LATE)
		return t->is_late || f->fate == FATE_REFUSED;
	return !t->is_over && f->fate == FATE_REFUSED;
}

void world_try(struct world *w, const struct schedule *s, const struct trace *trace, const struct question *q)
{
	static struct trial t;

	w->is_alike = w->agrees = false;
	w->matched = w->frames = 0;
	w->trace = trace;
	w->mishaps = mishaps_of(s, FRAMES, NEVER);
	if (w->mishaps > q->mishaps + SLACK)
		return;
	t.trace = trace;
	t.question = q;
	t.world = w;
	t.early = t.asked = NO_FRAME;
	run_prepare(&t.run, s, (struct watcher){ passes, &t });
	for (int x = 0; x < 2; x++)
		t.likely.end[x] = (struct likely_end){};
	likely_begin(&t.likely, &t.run);
	run_schedule(&t.run);
	w->frames = t.run.frames;
	for (unsigned int i = 0; i < t.run.frames; i++) {
		w->sent[i] = t.run.frame[i].sent;
		w->passes[i] = t.run.frame[i].passes;
	}
	w->history = history_of(&t.run);
	if (q->demand == DEMAND_STATE || t.run.overflow || w->matched < q->count)
		return;
	w->is_alike = true;
	if (q->demand == DEMAND_END)
		ask_states(&t);
	else
		w->agrees = is_refused(&t);
	w->agrees &= w->mishaps <= q->mishaps;
}
