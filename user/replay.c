// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "error.h"
#include "options.h"
#include "out.h"
#include "progress.h"
#include "sink.h"
#include "table.h"
#include "xdp_tcpstate.skel.h"

#define NO_SLOT (~0u)
/*
 * More than one run can put into the ring: how a flow ended, its wait and its
 * record, two changes of the next, a wait that begins, and a stray; each has a
 * head of 8 bytes.
 */
#define RUN_BYTES 2048
_Static_assert(3 * (sizeof(struct event) + 8) + 2 * (sizeof(struct wait_event) + 8) +
	       sizeof(struct stray_event) + 8 + sizeof(struct flow_record) + 8 <= RUN_BYTES, "see emit_all()");
/* Of the ring: behind it, the programs would wake a reader, and then begin to drop. */
#define RING_PART 4

/* ---- the programs -------------------------------------------------------- */

static int run_program(int fd, const void *frame, __u32 size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = size, .repeat = 1);
	int err = bpf_prog_test_run_opts(fd, &opts);

	return err ? fail(err, "running the BPF program over a packet of %u bytes (BPF_PROG_TEST_RUN): %s", size,
			  strerror(-err)) : 0;
}

static int drain(struct replay *r)
{
	struct dispatch *d = r->dispatch;
	int more;

	do {
		more = ring_drain(&r->ring);
		if (more < 0)
			return more;
		r->full = d->limit && d->printed >= d->limit;
	} while (more && !r->full);
	r->ring_free = r->options->ring_bytes / RING_PART;
	return 0;
}

/* Before a run: there must be room for whatever it has to tell. */
static int make_room(struct replay *r)
{
	int err = r->ring_free < RUN_BYTES ? drain(r) : 0;

	r->ring_free -= r->ring_free < RUN_BYTES ? r->ring_free : RUN_BYTES;
	return err;
}

/* ---- time ---------------------------------------------------------------- */

/*
 * Looks at the flow whose deadline was the earliest, at that very time: it has
 * expired; or it has been heard since, and others come before it.
 */
static int expire_first(struct replay *r, __u32 slot, __u64 due)
{
	struct xdp_tcpstate__bss *shared = r->object->skeleton->bss;
	static const __u8 no_frame[64];
	int err = make_room(r);

	if (err || r->full)
		return err;
	shared->replay_ns = due + 1;
	shared->touched_slot = slot;
	shared->touched_deadline = NO_DEADLINE;
	err = run_program(r->object->programs.tcpstate_expire, no_frame, sizeof(no_frame));
	if (!err && shared->touched_deadline <= due)
		err = fail(-EIO, "a flow in slot %u of the table does not expire", slot);
	if (!err)
		deadlines_set(&r->deadlines, slot, shared->touched_deadline);
	return err;
}

/* All whose time runs out before now, one after the other. */
static int expire_until(struct replay *r, __u64 now)
{
	__u32 slot = 0;
	__u64 due;
	int err = 0;

	while (!err && !r->full && (due = deadlines_first(&r->deadlines, &slot)) < now)
		err = expire_first(r, slot, due);
	return err;
}

/* --drain: until nothing is left that could run out. */
static int expire_all(struct replay *r)
{
	__u64 due;
	__u32 slot = 0;
	int err = 0;

	while (!err && !r->full && (due = deadlines_first(&r->deadlines, &slot)) != NO_DEADLINE) {
		if (due > r->now)
			r->now = due;
		err = expire_first(r, slot, due);
	}
	return err;
}

/* Captures of several CPUs or interfaces are not always in order; time goes on all the same. */
static void advance(struct replay *r, __u64 time)
{
	struct replay_counts *c = &r->counts;

	if (!c->packets) {
		c->first = time;
		r->now = time;
	}
	if (time < r->now)
		c->out_of_order++;
	else
		r->now = time;
	c->last = r->now;
}

/* ---- packets ------------------------------------------------------------- */

static int track_frame(struct replay *r, const struct link_frame *f)
{
	struct xdp_tcpstate__bss *shared = r->object->skeleton->bss;
	int err = make_room(r);

	if (err || r->full)
		return err;
	shared->replay_ns = r->now;
	shared->touched_slot = NO_SLOT;
	err = run_program(r->object->programs.tcpstate_xdp, f->data, f->size);
	if (err)
		return err;
	if (shared->touched_slot == NO_SLOT)
		r->ring_free += RUN_BYTES; /* off the slow path nothing is told */
	else
		deadlines_advance(&r->deadlines, shared->touched_slot, shared->touched_deadline);
	return 0;
}

static int on_packet(struct replay *r, const struct capture_packet *p)
{
	struct link_frame frame;
	int err;

	advance(r, p->time);
	r->counts.packets++;
	r->counts.bytes += p->length;
	err = expire_until(r, r->now);
	if (err || r->full)
		return err;
	if (!link_is_known(p->link_type)) {
		if (!r->counts.unknown_link++)
			r->counts.unknown_link_type = p->link_type;
		return 0;
	}
	if (!link_to_ethernet(&r->link, p, &frame)) {
		r->counts.short_frames++;
		return 0;
	}
	return track_frame(r, &frame);
}

static bool is_over(const struct replay *r, const struct capture_packet *p)
{
	return r->options->duration_ns && r->counts.packets && p->time > r->counts.first &&
	       p->time - r->counts.first > r->options->duration_ns;
}

/* Nothing is to be read for now: whoever waits for the output gets what there is. */
static void on_idle(void *arg)
{
	struct replay *r = arg;

	if (!drain(r))
		out_flush(r->dispatch->sink->out);
}

int replay_run(struct replay *r)
{
	struct capture_packet packet;
	int got, err = 0;

	r->capture->idle = on_idle;
	r->capture->idle_arg = r;
	while ((got = capture_next(r->capture, &packet)) > 0 && !is_over(r, &packet)) {
		err = on_packet(r, &packet);
		if (err || r->full || r->dispatch->sink->out->error)
			break;
		if (r->progress)
			progress_show(r->progress, r->capture->read, r->counts.packets);
	}
	r->capture->idle = NULL;
	if (!err && r->options->drain && got >= 0)
		err = expire_all(r);
	if (!err && !r->full)
		err = drain(r);
	return err ?: got < 0 ? -EBADMSG : 0;
}

/* ---- what is left --------------------------------------------------------- */

struct living {
	struct flow_record *records;
	size_t count, room;
	__u64 now;
};

static int collect(void *arg, const struct flow *flow, const struct history *history)
{
	struct living *l = arg;

	if (l->count == l->room) {
		size_t room = l->room ? l->room * 2 : 64;
		struct flow_record *more = realloc(l->records, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		l->records = more;
		l->room = room;
	}
	l->records[l->count++] = (struct flow_record){
		.type = EVENT_FLOW, .time = l->now, .flow = *flow, .history = *history,
	};
	return 0;
}

static int by_start(const void *one, const void *other)
{
	const struct flow *a = &((const struct flow_record *)one)->flow;
	const struct flow *b = &((const struct flow_record *)other)->flow;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

int replay_living(struct replay *r)
{
	__u32 sets = bpf_map__max_entries(r->object->skeleton->maps.tags);
	struct living living = { .now = r->now };
	int err = table_each(&r->object->maps, sets, collect, &living);

	if (err)
		fail(err, "reading the flow table: %s", strerror(-err));
	else if (living.count)
		qsort(living.records, living.count, sizeof(*living.records), by_start);
	for (size_t i = 0; !err && !r->full && i < living.count; i++) {
		const struct flow_record *record = &living.records[i];

		/* One that nobody has believed in yet has had no events, and has no record. */
		if (record->flow.traits & FLOW_QUIET)
			continue;
		err = dispatch_record(r->dispatch, record, sizeof(*record));
		if (err == DISPATCH_DONE) {
			r->full = true;
			err = 0;
		}
	}
	free(living.records);
	return err;
}

/* ---- start and end --------------------------------------------------------- */

int replay_open(struct replay *r)
{
	__u32 slots = bpf_map__max_entries(r->object->skeleton->maps.flows);
	int err = deadlines_init(&r->deadlines, slots);

	if (err)
		return fail(err, "out of memory while starting");
	r->ring_free = r->options->ring_bytes / RING_PART;
	return ring_open(&r->ring, r->object->events, dispatch_record, r->dispatch);
}

void replay_close(struct replay *r)
{
	ring_close(&r->ring);
	deadlines_free(&r->deadlines);
}
