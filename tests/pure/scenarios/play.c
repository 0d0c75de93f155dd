// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "play.h"

#include <string.h>

#include "agree.h"
#include "check.h"
#include "words.h"

/* Longer than any flow may be silent. */
#define FOR_EVER (100 * 86400 * SECOND)

struct performance {
	const struct cast *cast;
	const struct scenario *s;
	const struct variant *v;
	struct observation seen[MAX_ENGINES]; /* after the newest step */
	unsigned int initiator;               /* its index in the key */
	__u64 told_id;                        /* of the incarnation that the newest event was of */
	__u8 told[2];                         /* the states that its events add up to */
	__u8 waiting;                         /* mask of the ends whose TIME_WAIT has started, and not ended */
	char *error;
};

static bool fail(struct performance *p, int line, const char *what)
{
	snprintf(p->error, ERROR_TEXT, "%s:%d: %s [%s]", p->s->path, line, what, p->v->name);
	return false;
}

/* ---- what holds after every step ---------------------------------------- */

static bool is_state(__u8 state)
{
	return strcmp(word_text(state_words, state), "?");
}

/* Events tell all changes: each begins where the one before it ended. */
static bool events_add_up(struct performance *p, int line)
{
	const struct observation *o = &p->seen[0];
	char what[200];

	for (int i = 0; i < o->events; i++) {
		const struct event *e = &o->event[i];
		bool first = e->id != p->told_id;

		if (!memcmp(e->state, e->was, 2) || (!first && memcmp(e->was, p->told, 2))) {
			snprintf(what, sizeof(what), "an event says that %s %s became %s %s after %s %s",
				 word_text(state_words, e->was[0]), word_text(state_words, e->was[1]),
				 word_text(state_words, e->state[0]), word_text(state_words, e->state[1]),
				 word_text(state_words, p->told[0]), word_text(state_words, p->told[1]));
			return fail(p, line, what);
		}
		p->told_id = e->id;
		memcpy(p->told, e->state, 2);
	}
	if (o->has_flow && !(o->flow.traits & FLOW_QUIET) && memcmp(o->flow.state, p->told, 2)) {
		snprintf(what, sizeof(what), "the states are %s %s, but the events add up to %s %s",
			 word_text(state_words, o->flow.state[p->initiator]),
			 word_text(state_words, o->flow.state[!p->initiator]),
			 word_text(state_words, p->told[p->initiator]), word_text(state_words, p->told[!p->initiator]));
		return fail(p, line, what);
	}
	return true;
}

/* So do those of TIME_WAIT: what starts, ends, and nothing else is started again. */
static bool waits_add_up(struct performance *p, int line)
{
	const struct observation *o = &p->seen[0];
	__u8 is = 0;

	for (int i = 0; i < o->waits; i++) {
		const struct wait_event *w = &o->wait[i];
		bool good = w->phase == WAIT_STARTED ? !(p->waiting & w->ends) :
						       (p->waiting & w->ends) == w->ends;

		if (!w->ends || !good)
			return fail(p, line, "TIME_WAIT starts again that has not ended, or ends that has not started");
		if (w->phase == WAIT_STARTED)
			p->waiting |= w->ends;
		if (w->phase == WAIT_ENDED)
			p->waiting &= ~w->ends;
	}
	for (int x = 0; o->has_flow && x < 2; x++)
		is |= (o->flow.state[x] == STATE_TIME_WAIT) << x;
	return is == p->waiting || fail(p, line, "the ends that wait are not those whose TIME_WAIT has started");
}

static bool is_of(const struct performance *p, const struct event *e, const struct wire *w)
{
	return (e->sender ^ p->initiator) == w->from && e->seq == w->seg.seq && e->ttl == w->seg.ttl;
}

static bool is_this(const struct performance *p, const struct event *e, const struct wire *w)
{
	return is_of(p, e, w) && e->len == w->seg.len && (e->flags & TH_CONTROL) == (w->seg.flags & TH_CONTROL);
}

/* It was held at an earlier step, alone or with those that came behind it, and is refused now (RULES 33). */
static bool was_held(const struct performance *p, const struct event *e)
{
	for (int i = 0; i < p->s->count; i++) {
		const struct action *a = &p->s->actions[i];
		struct wire w;

		if (a->kind != DO_SEND || a->at > e->time)
			continue;
		w = variant_wire(p->v, p->s, a);
		if (is_of(p, e, &w) && e->len >= w.seg.len && !(w.seg.flags & ~e->flags & TH_CONTROL))
			return true;
	}
	return false;
}

/* Of strays, one may be the segment of this step; each other was held before it. */
static bool strays_are_these(struct performance *p, int line, const struct wire *w)
{
	const struct observation *o = &p->seen[0];
	int these = 0;

	if (o->strays && !w)
		return fail(p, line, "a stray where there is no segment");
	for (int i = 0; i < o->strays; i++) {
		const struct event *e = &o->stray[i].event;

		if (is_this(p, e, w) && !these)
			these++;
		else if (!was_held(p, e))
			return fail(p, line, "the stray that is told is not this segment, and none that was held");
	}
	return true;
}

/* w: NULL, if there was no segment. */
static bool holds_always(struct performance *p, int line, const struct wire *w)
{
	const struct observation *o = &p->seen[0];
	char what[ERROR_TEXT - 200], differ[ERROR_TEXT - 300];

	for (int i = 1; i < p->cast->engines; i++) {
		bool good = p->cast->engine[i]->slow ? observations_agree_slowly(o, &p->seen[i], p->error) :
						       observations_agree(o, &p->seen[i], p->error);

		if (!good) {
			snprintf(differ, sizeof(differ), "%.200s", p->error);
			snprintf(what, sizeof(what), "%s and %s disagree: %s", p->cast->engine[0]->name,
				 p->cast->engine[i]->name, differ);
			return fail(p, line, what);
		}
	}
	if (o->has_flow && (!is_state(o->flow.state[0]) || !is_state(o->flow.state[1])))
		return fail(p, line, "an end is in no state at all");
	return events_add_up(p, line) && waits_add_up(p, line) && strays_are_these(p, line, w);
}

/* ---- steps -------------------------------------------------------------- */

static void trace(const struct performance *p, int line, const char *step)
{
	const struct observation *o = &p->seen[0];

	if (!p->cast->trace)
		return;
	fprintf(p->cast->trace, "  %3d %-22s", line, step);
	if (o->has_flow)
		fprintf(p->cast->trace, " %-12s %-12s", word_text(state_words, o->flow.state[p->initiator]),
			word_text(state_words, o->flow.state[!p->initiator]));
	else
		fprintf(p->cast->trace, " %-12s %-12s", "-", "-");
	for (int i = 0; i < o->events; i++)
		fprintf(p->cast->trace, " %s", word_text(cause_words, o->event[i].cause));
	for (int i = 0; i < o->waits; i++)
		fprintf(p->cast->trace, " wait-%s", word_text(wait_phase_words, o->wait[i].phase));
	for (int i = 0; i < o->strays; i++)
		fprintf(p->cast->trace, " stray-%s", word_text(stray_words, o->stray[i].kind));
	fputc('\n', p->cast->trace);
}

static bool send(struct performance *p, const struct action *a, __u64 now)
{
	struct wire w = variant_wire(p->v, p->s, a);
	char what[ERROR_TEXT - 200];

	if (!a->send.icmp && !(p->v->seen & 1 << a->send.from))
		return true;
	p->initiator = wire_initiator(&w);
	for (int i = 0; i < p->cast->engines; i++) {
		if (p->cast->engine[i]->feed(&w, now, &p->seen[i], p->error)) {
			snprintf(what, sizeof(what), "%s: %.200s", p->cast->engine[i]->name, p->error);
			return fail(p, a->line, what);
		}
	}
	trace(p, a->line, a->send.icmp ? "ICMP error" : word_text(end_words, a->send.from));
	return holds_always(p, a->line, &w);
}

static bool sweep(struct performance *p, int line, __u64 now)
{
	char what[ERROR_TEXT - 200];

	for (int i = 0; i < p->cast->engines; i++) {
		if (p->cast->engine[i]->sweep(now, &p->seen[i], p->error)) {
			snprintf(what, sizeof(what), "%s: %.200s", p->cast->engine[i]->name, p->error);
			return fail(p, line, what);
		}
	}
	trace(p, line, "sweep");
	return holds_always(p, line, NULL);
}

/* Of an expectation, what still holds where a segment was repeated: the states. */
static bool is_wanted(const struct performance *p, const struct check *c)
{
	return p->v->as_written && (p->v->repeated < 0 || (c->kind == CHECK_STATES && !c->former));
}

static bool check(struct performance *p, const struct check *c)
{
	char what[ERROR_TEXT - 200];

	if (!is_wanted(p, c))
		return true;
	for (int i = 0; i < p->cast->engines; i++) {
		if (!check_holds(c, &p->seen[i], p->initiator, p->v, p->error)) {
			snprintf(what, sizeof(what), "%s: %.250s", p->cast->engine[i]->name, p->error);
			return fail(p, c->line, what);
		}
	}
	return true;
}

/* The expectations behind action i do not mention a stray: then there is none. */
static bool no_stray_unseen(struct performance *p, int i)
{
	const struct action *a = p->s->actions;
	char what[100];

	if (!p->s->conditions.watched || !p->v->as_written || p->v->repeated >= 0 || !p->seen[0].strays ||
	    !(p->v->seen & 1 << a[i].send.from))
		return true;
	for (int next = i + 1; next < p->s->count && a[next].kind == DO_CHECK; next++)
		if (a[next].check.kind == CHECK_STRAY)
			return true;
	snprintf(what, sizeof(what), "stray %s, and the file does not expect it",
		 word_text(stray_words, p->seen[0].stray[0].kind));
	return fail(p, a[i].line, what);
}

/* The segment comes once more: neither end's state may change. */
static bool repeat(struct performance *p, const struct action *a, __u64 now)
{
	const struct observation before = p->seen[0];

	if (!send(p, a, now))
		return false;
	if (before.has_flow == p->seen[0].has_flow &&
	    !memcmp(before.flow.state, p->seen[0].flow.state, sizeof(before.flow.state)))
		return true;
	return fail(p, a->line, "the states change when this segment comes again");
}

static bool act(struct performance *p, int i)
{
	const struct action *a = &p->s->actions[i];

	switch (a->kind) {
	case DO_SEND:
		if (!send(p, a, a->at))
			return false;
		if (!no_stray_unseen(p, i))
			return false;
		/* As the wire may duplicate it, at the same time. */
		return i != p->v->after || repeat(p, &p->s->actions[p->v->repeated], a->at);
	case DO_SWEEP:
		return sweep(p, a->line, a->at);
	default:
		return check(p, &a->check);
	}
}

bool play(const struct cast *cast, const struct scenario *s, const struct variant *v, char error[ERROR_TEXT])
{
	struct performance p = { .cast = cast, .s = s, .v = v, .error = error };
	char what[ERROR_TEXT - 200];

	if (cast->trace)
		fprintf(cast->trace, "%s: %s\n", s->name, v->name);
	for (int i = 0; i < cast->engines; i++) {
		if (cast->engine[i]->begin(&s->conditions, error)) {
			snprintf(what, sizeof(what), "%s: %.200s", cast->engine[i]->name, error);
			return fail(&p, 0, what);
		}
	}
	for (int i = 0; i < s->count; i++)
		if (!act(&p, i))
			return false;
	/* Nothing may stay for ever, whatever was missed. */
	if (!sweep(&p, s->actions[s->count - 1].line, s->actions[s->count - 1].at + FOR_EVER))
		return false;
	return !p.seen[0].has_flow || fail(&p, s->actions[s->count - 1].line, "the flow never ends");
}
