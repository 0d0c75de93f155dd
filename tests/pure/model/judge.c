// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "judge.h"

#include <stdarg.h>
#include <string.h>

#include "allowed.h"
#include "evidence.h"
#include "expect.h"
#include "gap.h"
#include "likely.h"
#include "show.h"

#define SHORTEST_TIMEOUT (60 * SEC)
#define SWAP_WITHIN (5 * MS)

enum place { USUAL_PLACE = 1, OTHER_PLACE };
#define COPY_AFTER 200ull /* ns */

struct judge {
	const struct schedule *schedule;
	struct verdict *verdict;
	struct run run;
	struct likely likely;
	struct evidence evidence[LIVES + 1];
	unsigned int order;       /* of the next frame that passes */
	struct frame *held;       /* swapped: until the next has been seen */
	__u64 held_time;
	bool slipped;             /* the observer has not seen all, or not in order */
	__u8 life;                /* the newest of which anything has passed */
	bool ghost;               /* a SYN has come again that was of a life that is over: from outside, a new one begins */
	struct opinion opinion;
	__u64 sum[2];             /* payload that passed */
	__u64 id, bytes[2];       /* of the tracker's flow; payload seen since it is there */
	struct gap gap;
	__u64 newest;             /* when a frame was last seen */
	__u64 over_id[2];         /* the incarnation in which the end was told to be over, and was */
	bool acked_any[2];
	__u32 acked[2];           /* highest acknowledgment number seen of each */
	unsigned int innocent_strays;
	struct note {
		const char *stray;
		bool was_over, was_acked, is_odd;
		unsigned int seen_as;  /* of the trace */
		unsigned int told_by;  /* of the trace: it was told as a stray then */
		unsigned int mishaps;  /* that there had been then */
	} note[FRAMES];
	struct trace trace;
	FILE *show;
	unsigned int innocent;    /* what is shown expects no stray of this frame */
};

static struct judge the_judge;
static bool knows_the_truth;

void judge_the_truth(void)
{
	knows_the_truth = true;
}

/* What fails now, if nothing has before. frame: of the trace. */
static unsigned int mishaps_so_far(const struct judge *j)
{
	return j->verdict->slipped + mishaps_of(j->schedule, j->run.frames, j->run.now);
}

static void ask(struct judge *j, enum demand demand, unsigned int frame)
{
	if (!j->verdict->failed && j->trace.count)
		j->verdict->question = (struct question){
			.demand = demand,
			.frame = frame,
			.count = j->trace.count,
			.mishaps = mishaps_so_far(j),
			.told = { j->opinion.state[0], j->opinion.state[1] },
		};
}

static void fail(struct judge *j, const char *kind, const char *format, ...)
{
	struct verdict *v = j->verdict;
	va_list args;

	if (v->failed)
		return;
	v->failed = true;
	v->far = j->sum[0] > 1u << 30 || j->sum[1] > 1u << 30;
	snprintf(v->fault, sizeof(v->fault), "%s", kind);
	va_start(args, format);
	vsnprintf(v->what, sizeof(v->what), format, args);
	va_end(args);
	if (j->show)
		fprintf(j->show, "# here: %s: %s\n", v->fault, v->what);
}

/* What a tracker that knows the endpoints would say. */
static void tell_truth(struct judge *j)
{
	int life = j->life;

	while (life > 1 && !j->evidence[life].began)
		life--;
	j->opinion.id = life;
	for (int x = 0; x < 2; x++) {
		const enum state state = j->likely.end[x].arriving.state;

		/* Where a SYN goes to is called LISTEN until it answers, also where nobody does (RULES 5). */
		j->opinion.state[x] = state == S_CLOSED && !j->evidence[life].end[x].heard ? S_LISTEN : state;
	}
}

static struct sight sight_of(const struct judge *j)
{
	return (struct sight){ &j->run, &j->likely, j->evidence, j->life };
}

/* ---- after each frame --------------------------------------------------- */

static bool is_end_over(const struct likely_end *e)
{
	const unsigned int over = BIT(S_CLOSED) | BIT(S_TIME_WAIT);

	return (BIT(e->all.state) & over) && (BIT(e->arriving.state) & over);
}

/* What was rightly told to be over is over, for this incarnation. */
static void check_over(struct judge *j)
{
	const struct opinion *o = &j->opinion;

	for (int x = 0; x < 2; x++) {
		const bool told_over = o->state[x] == S_CLOSED || o->state[x] == S_TIME_WAIT;
		char kind[120];

		if (told_over && is_end_over(&j->likely.end[x]))
			j->over_id[x] = o->id;
		if (told_over || o->state[x] == S_LISTEN || j->over_id[x] != o->id || !is_end_over(&j->likely.end[x]))
			continue;
		snprintf(kind, sizeof(kind), "reopened: end %d %s, which is %s", x, state_text[o->state[x]],
			 state_text[j->likely.end[x].arriving.state]);
		ask(j, DEMAND_STATE, j->trace.count - 1);
		fail(j, kind, "after frame %u", j->order - 1);
	}
}

/* Who is in it, if anybody, is no more the one whom the schedule knows. */
static bool is_ghostly(const struct judge *j)
{
	return j->ghost || j->run.end[0].ghost || j->run.end[1].ghost;
}

static void check_frame(struct judge *j)
{
	const struct opinion *o = &j->opinion;
	const struct sight sight = sight_of(j);

	if (knows_the_truth)
		tell_truth(j);
	if (!o->has_flow || is_ghostly(j))
		return;
	check_over(j);
	for (int x = 0; x < 2; x++) {
		const bool exact = !j->slipped && evidence_is_certain(j->evidence, j->life);
		const unsigned int states = exact ? exact_states(&sight, x) : possible_states(&sight, x);
		char kind[120];

		if (states & BIT(o->state[x]))
			continue;
		snprintf(kind, sizeof(kind), "%s: end %d %s, not %s", exact ? "state" : "impossible", x,
			 state_text[o->state[x]], state_text[j->likely.end[x].arriving.state]);
		ask(j, DEMAND_STATE, j->trace.count - 1);
		fail(j, kind, "after frame %u it may be %s", j->order - 1, states_text(states));
	}
}

/* ---- the tracker sees it ------------------------------------------------ */

static void note_wire(struct judge *j, const struct frame *f)
{
	const struct wire *w = &f->wire;
	const __u32 words[] = { f->from, w->seq, w->ack, w->len, w->tsval, w->tsecr, w->window, w->flags,
				w->options, w->scale };
	__u64 h = j->verdict->fingerprint;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		h = (h ^ words[i]) * 0x100000001b3ull;
	j->verdict->fingerprint = h;
}

static bool is_over(const struct likely_end *e)
{
	return e->all.state == S_CLOSED || e->all.state == S_TIME_WAIT || e->arriving.state == S_CLOSED ||
	       e->arriving.state == S_TIME_WAIT;
}

/* A late SYN whose connection is over, or has given way to the next. */
static bool comes_from_the_dead(const struct judge *j, const struct frame *f)
{
	return (f->wire.flags & (SYN | ACK)) == SYN && j->opinion.has_flow &&
	       (f->wire.life < j->life || (f->is_again && is_over(&j->likely.end[0]) && is_over(&j->likely.end[1])));
}

/* What was held in doubt, and is told only now, is a stray of its own frame: the newest like it that was seen. */
static void note_refusal(struct judge *j, const struct frame *by, const struct refusal *refused)
{
	struct note *newest = NULL;
	__u64 passed = 0;

	for (unsigned int i = 0; refused->stray && i < j->run.frames; i++) {
		const struct frame *f = &j->run.frame[i];

		if (f == by || !f->seen || f->from != refused->from || f->wire.seq != refused->seq ||
		    (newest && f->passes < passed))
			continue;
		newest = &j->note[i];
		passed = f->passes;
	}
	if (!newest)
		return;
	newest->stray = refused->stray;
	newest->told_by = j->trace.count - 1;
	newest->mishaps = mishaps_so_far(j);
}

/*
 * The tracker forgets a flow that is silent for longer than its timeout, and meets it in its middle should it go on
 * (RULES 11): the shortest of these is SYN_RECEIVED's, and twice MSL.
 */
static bool is_met_after_timeout(const struct judge *j, const struct frame *f, __u64 now)
{
	return j->opinion.has_flow && j->id && j->opinion.id != j->id && !(f->wire.flags & SYN) &&
	       now >= j->newest + SHORTEST_TIMEOUT;
}

/* Nothing is told of this life but by what is seen of it from now on. */
static void forget_evidence(struct judge *j, const struct frame *f)
{
	j->evidence[f->wire.life] = (struct evidence){};
	j->verdict->forgotten = true;
}

static void see(struct judge *j, struct frame *f, __u64 now)
{
	const int x = f->from;
	struct note *n = &j->note[f - j->run.frame];
	const struct likely_end *to = &j->likely.end[!x];
	const struct sight sight = sight_of(j);

	f->seen = true;
	j->ghost |= comes_from_the_dead(j, f);
	n->was_over = is_over(to);
	n->was_acked = j->acked_any[!x] && wire_end(&f->wire) != f->wire.seq &&
		       !after(wire_end(&f->wire), j->acked[!x]);
	n->is_odd = is_odd(&sight, f);
	n->seen_as = n->told_by = j->trace.count;
	n->mishaps = mishaps_so_far(j);
	if (j->trace.count < FRAMES)
		j->trace.seen[j->trace.count++] = (struct sighting){ f->wire, now, f->from };
	note_wire(j, f);
	j->verdict->seen++;
	tracked_see(x, &f->wire, USUAL_PLACE, now, &j->opinion);
	if (is_met_after_timeout(j, f, now))
		forget_evidence(j, f);
	j->newest = now;
	if (j->opinion.has_flow && j->opinion.id != j->id) {
		j->id = j->opinion.id;
		j->bytes[0] = j->bytes[1] = 0;
	}
	if (j->opinion.has_flow)
		j->bytes[x] += f->wire.len;
	n->stray = j->opinion.stray;
	note_refusal(j, f, &j->opinion.refused);
	if ((f->wire.flags & ACK) && !(f->wire.flags & RST)) {
		if (!j->acked_any[x] || (f->wire.flags & SYN) || after(f->wire.ack, j->acked[x]))
			j->acked[x] = f->wire.ack;
		j->acked_any[x] = true;
	}
	gap_see(&j->gap, x, &f->wire, told_window(f));
	evidence_see(&j->evidence[f->wire.life], x, &f->wire, f->is_again);
	/* RULES 35, 11: a closed flow is not revived, and what comes to it is late. */
	n->is_odd |= !evidence_is_certain(j->evidence, f->wire.life);
	if (j->show)
		show_frame(j->show, &j->run, f, now, NULL, &j->opinion);
	if (j->show && f - j->run.frame == j->innocent)
		fprintf(j->show, "expect no stray\n");
}

/* RULES 38: the same packet at another place changes nothing. */
static void see_twice(struct judge *j, const struct frame *f, __u64 now)
{
	const struct opinion was = j->opinion;
	struct opinion *o = &j->opinion;
	char kind[120];

	tracked_see(f->from, &f->wire, OTHER_PLACE, now + COPY_AFTER, o);
	if (j->show)
		show_frame(j->show, &j->run, f, now + COPY_AFTER, NULL, o);
	if (!o->stray && o->id == was.id && !memcmp(o->state, was.state, sizeof(was.state)) &&
	    !memcmp(o->bytes, was.bytes, sizeof(was.bytes)) && o->retransmits == was.retransmits)
		return;
	snprintf(kind, sizeof(kind), "a copy is %s: %s",
		 o->stray ? o->stray : o->id != was.id ? "a new life" :
		 memcmp(o->bytes, was.bytes, sizeof(was.bytes)) ? "counted" :
		 o->retransmits != was.retransmits ? "a retransmission" : "news", wire_text(&f->wire));
	fail(j, kind, "%s %s, and was %s %s", state_text[o->state[0]], state_text[o->state[1]], state_text[was.state[0]],
	     state_text[was.state[1]]);
}

static enum slip slip_of(const struct judge *j, unsigned int order)
{
	for (int i = 0; i < j->schedule->slip_count; i++)
		if (order - j->schedule->slip[i].frame <= j->schedule->slip[i].more)
			return j->schedule->slip[i].slip;
	return SLIPS;
}

static void note_slip(struct judge *j, const struct frame *f, enum slip slip)
{
	char *slips = j->verdict->slips;
	const size_t used = strlen(slips);

	j->slipped = true;
	j->verdict->slipped++;
	snprintf(slips + used, sizeof(j->verdict->slips) - used, " %s %s", slip_text[slip], wire_text(&f->wire));
}

static void passes(void *arg, struct run *r, struct frame *f, __u64 now)
{
	struct judge *j = arg;
	const bool seen = j->schedule->seen & 1 << f->from;
	const enum slip slip = seen ? slip_of(j, j->order) : MISSED;
	struct frame *held;

	/* Only what passes at almost the same time is swapped. */
	if (j->held && now > j->held_time + SWAP_WITHIN) {
		see(j, j->held, j->held_time);
		j->held = NULL;
	}
	held = j->held;
	if (f->wire.life > j->life)
		j->life = f->wire.life;
	j->sum[f->from] += f->wire.len;
	j->order += seen;
	if (slip != SLIPS && seen)
		note_slip(j, f, slip);
	j->slipped |= !seen || r->disturbed;
	if (slip == MISSED) {
		gap_hide(&j->gap, f->from, &f->wire);
		if (j->show && seen)
			show_frame(j->show, r, f, now, "missed", NULL);
	} else if (slip == SWAPPED && !held) {
		j->held = f;
		j->held_time = now;
	} else {
		see(j, f, now);
		if (slip == DOUBLED)
			see_twice(j, f, now);
	}
	likely_pass(&j->likely, r, f);
	if (held && slip != MISSED) {
		see(j, held, now);
		j->held = NULL;
	}
	if (slip != MISSED && !j->held)
		check_frame(j);
}

/* ---- at the end --------------------------------------------------------- */

/* It is said to come too late, and not to be what no receiver would take. */
static bool is_of_the_late(const char *stray)
{
	static const char *const kinds[] = {
		"late_", "old_", "spurious_", "fin_retransmit", "after_close", "data_after_fin",
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strncmp(stray, kinds[i], strlen(kinds[i])))
			return true;
	return false;
}

static void check_strays(struct judge *j)
{
	if (is_ghostly(j))
		return;
	for (unsigned int i = 0; i < j->run.frames; i++) {
		const struct frame *f = &j->run.frame[i];
		const struct note *n = &j->note[i];
		char kind[120];

		if (!n->stray || !f->arrived || f->fate == FATE_REFUSED || n->was_over || n->was_acked ||
		    n->is_odd)
			continue;
		if (++j->innocent_strays <= 4 * j->gap.count)
			continue;
		j->verdict->innocent = i;
		ask(j, is_of_the_late(n->stray) ? DEMAND_LATE : DEMAND_STRAY, n->seen_as);
		if (!j->verdict->failed) {
			j->verdict->question.count = n->told_by + 1;
			j->verdict->question.mishaps = n->mishaps;
		}
		snprintf(kind, sizeof(kind), "stray: %s of innocent %s", n->stray, wire_text(&f->wire));
		fail(j, kind, "%s of number %u, sent at %llu us", wire_text(&f->wire), i,
		     (unsigned long long)((f->sent - SEC) / 1000));
	}
}

static void check_end_states(struct judge *j)
{
	struct verdict *v = j->verdict;
	struct expectation expected;

	if (j->gap.wide || j->gap.closed_inside || is_ghostly(j) ||
	    !expect_end(&expected, &j->run, &j->likely, j->evidence, j->slipped))
		return;
	v->judged = true;
	for (int x = 0; x < 2; x++)
		v->allowed[x] = expected.states[x];
	for (int x = 0; x < 2; x++) {
		char kind[160];

		if (expected.states[x] & BIT(v->told[x]))
			continue;
		snprintf(kind, sizeof(kind), "end: %s %s, not %s %s", state_text[v->told[0]], state_text[v->told[1]],
			 state_text[v->truth[0]], state_text[v->truth[1]]);
		ask(j, DEMAND_END, j->trace.count - 1);
		fail(j, kind, "it may be %s and %s", states_text(expected.states[0]), states_text(expected.states[1]));
		return;
	}
}

static void check_end(struct judge *j)
{
	if (j->held)
		see(j, j->held, j->held_time + 1);
	j->held = NULL;
	if (knows_the_truth)
		tell_truth(j);
	for (int x = 0; x < 2; x++) {
		j->verdict->truth[x] = j->likely.end[x].arriving.state;
		j->verdict->told[x] = j->opinion.state[x];
	}
	if (j->show)
		show_end(j->show, j->verdict->truth, &j->opinion);
	if (j->run.overflow || !j->verdict->seen)
		return;
	if (j->opinion.has_flow) {
		check_end_states(j);
		for (int x = 0; x < 2; x++)
			if (j->opinion.bytes[x] != j->bytes[x])
				fail(j, "bytes", "end %d: %llu, not %llu", x, (unsigned long long)j->opinion.bytes[x],
				     (unsigned long long)j->bytes[x]);
	}
	if (!knows_the_truth)
		check_strays(j);
	if (!tracked_ends(j->run.now))
		fail(j, "a flow stays for ever", "four days later");
}

static void judge(const struct schedule *s, struct verdict *v, FILE *show, unsigned int innocent)
{
	struct judge *j = &the_judge;

	*v = (struct verdict){ .innocent = FRAMES, .fingerprint = 0xcbf29ce484222325ull };
	memset(j->evidence, 0, sizeof(j->evidence));
	memset(j->note, 0, sizeof(j->note));
	j->schedule = s;
	j->verdict = v;
	j->order = 0;
	j->trace.count = 0;
	j->newest = 0;
	j->held = NULL;
	j->slipped = false;
	j->life = 0;
	j->ghost = false;
	j->opinion = (struct opinion){};
	j->sum[0] = j->sum[1] = 0;
	j->id = j->bytes[0] = j->bytes[1] = 0;
	gap_begin(&j->gap);
	j->over_id[0] = j->over_id[1] = 0;
	j->acked_any[0] = j->acked_any[1] = false;
	j->innocent_strays = 0;
	j->show = show;
	j->innocent = innocent;
	tracked_begin(s);
	for (int x = 0; x < 2; x++)
		j->likely.end[x] = (struct likely_end){};
	run_prepare(&j->run, s, (struct watcher){ passes, j });
	likely_begin(&j->likely, &j->run);
	if (show)
		show_begin(show, s);
	run_schedule(&j->run);
	v->passed = j->order;
	check_end(j);
}

const struct trace *judge_trace(void)
{
	return &the_judge.trace;
}

void judge_schedule(const struct schedule *s, struct verdict *v)
{
	judge(s, v, NULL, FRAMES);
}

void judge_show(const struct schedule *s, struct verdict *v, FILE *to)
{
	judge(s, v, NULL, FRAMES);
	judge(s, v, to, v->innocent);
}
