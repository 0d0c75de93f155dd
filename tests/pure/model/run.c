// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "run.h"

#include <string.h>

#define GAP 1000ull /* ns between two frames on one wire, at least */
#define LONGEST (3600 * SEC)

enum event_kind { FRAME_PASSES, FRAME_ARRIVES };

static void put_event(struct run *r, __u64 at, enum event_kind kind, unsigned int frame)
{
	if (r->event_count == sizeof(r->event) / sizeof(*r->event)) {
		r->overflow = true;
		return;
	}
	r->event[r->event_count++] = (struct event){ at, r->order++, kind, frame };
}

/* ---- the network -------------------------------------------------------- */

static const struct net_event *mishap_of(const struct run *r, unsigned int frame, enum mishap mishap)
{
	for (int i = 0; i < r->schedule->net_count; i++)
		if (r->schedule->net[i].frame == frame && r->schedule->net[i].mishap == mishap)
			return &r->schedule->net[i];
	return NULL;
}

__u64 way_before(const struct schedule *s, int from)
{
	const unsigned int percent = s->view == VIEW_END_0 ? 0 : s->view == VIEW_END_1 ? 100 : s->tap;

	return s->delay_us[from] * 10ull * (from == 0 ? percent : 100 - percent);
}

/* In order behind the last one, but for what is held back. */
static __u64 in_order(__u64 at, __u64 *last, bool late)
{
	if (late)
		return at;
	if (at < *last + GAP)
		at = *last + GAP;
	*last = at;
	return at;
}

static void under_way(struct run *r, unsigned int n)
{
	struct frame *f = &r->frame[n];
	const struct net_event *late_before = mishap_of(r, n, LATE_BEFORE);
	const struct net_event *late_behind = mishap_of(r, n, LATE_BEHIND);
	const __u64 whole = r->schedule->delay_us[f->from] * 1000ull, first = way_before(r->schedule, f->from);
	const bool can_be_lost_before = first > 0;

	f->passes = f->sent + first + (late_before ? late_before->by_us * 1000ull : 0);
	f->passes = in_order(f->passes, &r->last_pass[f->from], f->late || late_before);
	f->arrives = f->passes + whole - first + (late_behind ? late_behind->by_us * 1000ull : 0);
	f->late |= late_before || late_behind;
	f->arrives = in_order(f->arrives, &r->last_arrival[f->from], f->late);
	r->disturbed |= f->late && !late_behind;
	if (mishap_of(r, n, LOST_BEFORE)) {
		r->disturbed = true;
		f->arrives = NEVER;
		f->passes = can_be_lost_before ? NEVER : f->passes;
	}
	r->no_fins[f->from] |= !!mishap_of(r, n, FINS_LOST);
	r->lost_behind |= late_behind || mishap_of(r, n, LOST_BEHIND) || mishap_of(r, n, LOST_BEFORE) || r->no_fins[f->from];
	if (mishap_of(r, n, LOST_BEHIND) || (r->no_fins[f->from] && (f->wire.flags & FIN))) {
		/* At the receiver's own interface nothing is lost any more. */
		if (first == whole) {
			f->passes = NEVER;
			r->disturbed = true;
		}
		f->arrives = NEVER;
	}
	if (f->passes != NEVER)
		put_event(r, f->passes, FRAME_PASSES, n);
	if (f->arrives != NEVER)
		put_event(r, f->arrives, FRAME_ARRIVES, n);
}

static void copy_frame(struct run *r, unsigned int n, const struct net_event *event, bool passes)
{
	const struct frame *f = &r->frame[n];
	struct frame *copy;

	if (r->frames == FRAMES) {
		r->overflow = true;
		return;
	}
	copy = &r->frame[r->frames];
	*copy = *f;
	copy->late = true;
	copy->is_again = true;
	if (passes) {
		copy->sent += event->by_us * 1000ull;
		under_way(r, r->frames);
		copy->sent = f->sent;
	} else if (f->arrives != NEVER) {
		copy->passes = NEVER;
		copy->arrives += event->by_us * 1000ull;
		put_event(r, copy->arrives, FRAME_ARRIVES, r->frames);
	}
	r->frames++;
}

static void note_numbers(struct run *r, struct frame *f)
{
	const int x = f->from;
	const __u32 end = wire_end(&f->wire);

	if (f->wire.flags & RST)
		return;
	if (f->wire.life != r->sent_life[x] || ((f->wire.flags & SYN) && f->wire.seq + 1 != r->sent_up_to[x])) {
		r->sent_life[x] = f->wire.life;
		r->sent_up_to[x] = end;
		return;
	}
	f->is_again = end != f->wire.seq && before(f->wire.seq, r->sent_up_to[x]);
	r->sent_up_to[x] = later(r->sent_up_to[x], end);
}

static void take_frame(void *arg, const struct endpoint *from, const struct wire *w)
{
	struct run *r = arg;
	const struct net_event *event;
	const unsigned int n = r->frames;
	struct frame *f;

	if (n == FRAMES) {
		r->overflow = true;
		return;
	}
	f = &r->frame[r->frames++];
	*f = (struct frame){ .wire = *w, .sent = r->now, .sender = *from, .from = from - r->end, .original = n };
	/* Where only a listener is left, the connection is closed. */
	r->mask_of[w->life][f->from] |= BIT(from->state == S_LISTEN ? S_CLOSED : from->state);
	note_numbers(r, f);
	under_way(r, n);
	event = mishap_of(r, n, TWICE_BEFORE);
	if (event)
		copy_frame(r, n, event, way_before(r->schedule, f->from) > 0);
	event = mishap_of(r, n, TWICE_BEHIND);
	if (event)
		copy_frame(r, n, event, false);
}

/* It passes as if the end had sent it. */
static void forge(struct run *r, int from, const struct wire *w)
{
	const unsigned int n = r->frames;

	if (n == FRAMES) {
		r->overflow = true;
		return;
	}
	r->frame[r->frames++] = (struct frame){
		.wire = *w, .sent = r->now, .sender = r->end[from], .from = from, .late = true, .original = n,
	};
	under_way(r, n);
}

/* ---- the application ---------------------------------------------------- */

static void act(struct run *r, const struct action *a, const struct outlet *out)
{
	struct endpoint *e = &r->end[a->end];

	switch (a->verb) {
	case DO_OPEN:
		endpoint_open(e, a->amount, r->schedule->end[a->end].iss[a->amount - 1], r->now, out);
		break;
	case DO_SEND:
		endpoint_send(e, a->amount, r->now, out);
		break;
	case DO_SHUT:
		endpoint_shut(e, false, r->now, out);
		break;
	case DO_CLOSE:
		endpoint_shut(e, true, r->now, out);
		break;
	case DO_ABORT:
		endpoint_abort(e, r->now, out);
		break;
	case DO_STOP_READING:
		endpoint_read(e, false, r->now, out);
		break;
	case DO_READ:
		endpoint_read(e, true, r->now, out);
		break;
	case DO_KEEPALIVE:
		endpoint_keepalive(e, r->now, out);
		break;
	case DO_REBOOT:
		endpoint_reboot(e);
		break;
	case DO_FORGE:
		forge(r, a->end, &r->schedule->forged[a->amount]);
		break;
	}
}

/* ---- one thing after the other ------------------------------------------ */

static int first_event(const struct run *r)
{
	int first = -1;

	for (unsigned int i = 0; i < r->event_count; i++)
		if (first < 0 || r->event[i].at < r->event[first].at ||
		    (r->event[i].at == r->event[first].at && r->event[i].order < r->event[first].order))
			first = i;
	return first;
}

static void handle(struct run *r, int i, const struct outlet *out)
{
	const struct event event = r->event[i];
	struct frame *f = &r->frame[event.frame];

	r->event[i] = r->event[--r->event_count];
	r->now = event.at;
	if (event.kind == FRAME_PASSES) {
		r->watcher.passes(r->watcher.arg, r, f, r->now);
		return;
	}
	f->arrived = true;
	f->fate = endpoint_receive(&r->end[!f->from], &f->wire, r->now, out);
}

static void note_states(struct run *r)
{
	for (int x = 0; x < 2; x++)
		r->mask_of[r->end[x].life][x] |= r->end[x].been;
}

void run_prepare(struct run *r, const struct schedule *s, struct watcher watcher)
{
	r->schedule = s;
	r->watcher = watcher;
	r->frames = r->event_count = r->order = 0;
	r->now = SEC;
	r->no_fins[0] = r->no_fins[1] = false;
	r->overflow = r->disturbed = r->lost_behind = false;
	memset(r->mask_of, 0, sizeof(r->mask_of));
	for (int x = 0; x < 2; x++) {
		const struct end_options *o = &s->end[x];

		r->last_pass[x] = r->last_arrival[x] = 0;
		r->sent_life[x] = 0;
		r->end[x] = (struct endpoint){
			.habits = o->habits, .offers = o->offers, .scale = o->scale, .buffer = o->buffer,
			.segment = o->segment, .reply = o->reply, .ts_offset = o->ts_offset,
		};
		endpoint_reboot(&r->end[x]);
		r->end[x].gave_up = false;
	}
}

/* Until nothing is left to happen, but for TIME_WAIT's end. */
void run_schedule(struct run *r)
{
	const struct schedule *s = r->schedule;
	const struct outlet out = { take_frame, r };
	int next_action = 0;

	while (!r->overflow) {
		const int i = first_event(r);
		const __u64 timer[2] = { endpoint_deadline(&r->end[0]), endpoint_deadline(&r->end[1]) };
		const int x = timer[1] < timer[0];
		const __u64 frame_at = i < 0 ? NEVER : r->event[i].at;
		const __u64 action_at = next_action < s->action_count ? s->action[next_action].at + SEC : NEVER;

		if (action_at == NEVER && frame_at == NEVER &&
		    (timer[x] == NEVER || r->end[x].state == S_TIME_WAIT) &&
		    (timer[!x] == NEVER || r->end[!x].state == S_TIME_WAIT))
			break;
		if (frame_at <= action_at && frame_at <= timer[x]) {
			handle(r, i, &out);
		} else if (action_at <= timer[x]) {
			r->now = action_at;
			act(r, &s->action[next_action++], &out);
		} else {
			r->now = timer[x];
			endpoint_timer(&r->end[x], r->now, &out);
		}
		note_states(r);
		if (r->now > LONGEST)
			break;
	}
}
