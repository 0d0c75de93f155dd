// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/error.h"
#include "kernel/table_shape.h"
#include "base/out.h"
#include "replay/progress.h"
#include "replay/replay_parts.h"
#include "replay/clear.h"
#include "replay/passage.h"
#include "replay/place.h"
#include "events/sink.h"
#include "tcpstate/units.h"
#include "xdp_tcpstate.skel.h"

/* After so long a segment has been answered, or is as good as lost. */
#define ANSWER_NS NS_PER_SECOND

/* ---- packets ------------------------------------------------------------- */

/* What could not be put in order comes as it is; time goes on all the same. */
static void advance(struct replay *r, __u64 time)
{
	struct replay_counts *c = &r->counts;

	if (!c->packets) {
		c->first = time;
		r->now = time;
	}
	if (time < r->now)
		c->late++;
	else
		r->now = time;
	c->last = r->now;
}

static bool is_over(const struct replay *r, const struct queued *q)
{
	return r->choice.duration_ns && r->counts.packets && q->time > r->counts.first &&
	       q->time - r->counts.first > r->choice.duration_ns;
}

/* What was left to the sender's NIC is made to look so to the programs, which check it as ever. */
static void settle_sum(struct replay *r, struct queued *q)
{
	bool take = senders_take(&r->checksums.senders, &q->sum);

	r->counts.sums_taken += take;
	r->counts.sums_left_out += !take;
	if (take)
		memcpy(q->data + q->sum.at, &q->sum.blank, sizeof(q->sum.blank));
}

/* The next one in the order of time. */
static int feed(struct replay *r, struct queued *q)
{
	int err;

	if (is_over(r, q)) {
		r->over = true;
		return 0;
	}
	advance(r, q->time);
	r->counts.packets++;
	r->counts.bytes += q->length;
	err = programs_expire_until(r, r->now);
	if (err || r->full || !q->size)
		return err;
	if (q->wrong_sum)
		settle_sum(r, q);
	if (q->path && doubles_knows(&r->doubles, q->path))
		q->place = second_place(q->place);
	return programs_track(r, q);
}

static bool is_done(const struct replay *r)
{
	return r->full || r->over || r->dispatch->sink->out->error;
}

static int feed_first(struct replay *r)
{
	struct queued *q = queue_pop(&r->queue);
	int err = feed(r, q);

	free(q);
	return err;
}

/* Feeds all there is, as nothing more comes for the time being. */
static int feed_all(struct replay *r)
{
	int err = 0;

	doubles_settle(&r->doubles);
	while (!err && !is_done(r) && queue_first(&r->queue))
		err = feed_first(r);
	return err;
}

/*
 * Those that nothing can come before any more. The peer's answer shows whether
 * a wrong checksum is one; what can't be read twice waits for it a while.
 */
static int feed_due(struct replay *r)
{
	const struct queued *q;
	int err = 0;

	while (!err && !is_done(r) && (q = queue_first(&r->queue))) {
		__u64 hold = r->choice.reorder_ns;

		if (hold < ANSWER_NS && q->wrong_sum && checksums_wait(&r->checksums, &q->sum))
			hold = ANSWER_NS;
		if (hold && r->newest - q->rank <= hold && !queue_is_full(&r->queue))
			break;
		err = feed_first(r);
	}
	return err;
}

/* ---- reading ------------------------------------------------------------- */

/* What passes on which paths is learnt when it is read, and so a little before it is fed. */
static __u64 path_of_copy(struct replay *r, const struct capture_packet *p, const struct link_frame *frame)
{
	struct passage passage;

	return passage_look(&r->checksums.parse, frame, p->place, p->interface, &passage) &&
	       doubles_look(&r->doubles, &passage, p->time) ? passage.path : 0;
}

/* Puts a packet into the queue, also one that can't be tracked, as its time counts. */
static int take(struct replay *r, const struct capture_packet *p)
{
	struct queued q = { .time = p->time, .length = p->length, .place = p->place };
	struct link_frame frame;
	int err = 0;

	if (r->newest > p->time)
		r->counts.out_of_order++;
	else
		r->newest = p->time;
	/* What is too late to be put in order keeps the place where it came. */
	q.rank = r->newest - p->time > r->choice.reorder_ns ? r->newest : p->time;
	if (!link_is_known(p->link_type)) {
		if (!r->counts.unknown_link++)
			r->counts.unknown_link_type = p->link_type;
	} else if (!link_to_ethernet(&r->link, p, &frame)) {
		r->counts.short_frames++;
	} else {
		q.data = (__u8 *)frame.data; /* to be copied */
		q.size = frame.size;
		q.frame_length = frame.length;
		q.path = path_of_copy(r, p, &frame);
		if (r->choice.kernel->checksum == CHECKSUM_AUTO)
			err = checksums_look(&r->checksums, r->capture, p, &frame, &q.sum);
		q.wrong_sum = err > 0;
	}
	if (err < 0)
		return err;
	err = 0;
	if (queue_push(&r->queue, &q))
		err = fail(-ENOMEM, "out of memory for the packets between which order is made; --reorder 0 does without");
	return err;
}

/* Nothing has come for a while: what there is gets fed, and whoever waits for the output gets it. */
static bool on_idle(void *arg)
{
	struct replay *r = arg;

	r->idle_error = feed_all(r);
	if (!r->idle_error)
		r->idle_error = programs_drain(r);
	if (!r->idle_error)
		out_flush(r->dispatch->sink->out);
	return !r->idle_error && !is_done(r);
}

int replay_run(struct replay *r)
{
	struct capture_packet packet;
	int got = 0, err = 0;

	r->capture->idle = on_idle;
	r->capture->idle_arg = r;
	r->capture->patience_ms = r->choice.reorder_ns / NS_PER_MS;
	while (!err && !is_done(r) && (got = capture_next(r->capture, &packet)) > 0) {
		err = take(r, &packet);
		err = err ?: feed_due(r);
		if (r->progress)
			progress_show(r->progress, r->capture->read, r->counts.packets);
	}
	r->capture->idle = NULL;
	err = err ?: r->idle_error;
	err = err ?: feed_all(r);
	r->counts.paths_learnt = r->doubles.learnt;
	if (!err && r->choice.drain && got >= 0)
		err = programs_expire_all(r);
	else if (!err && !r->full)
		err = programs_settle_all(r);
	if (!err && !r->full)
		err = programs_drain(r);
	return err ?: got < 0 && !is_done(r) ? -EBADMSG : 0;
}

void replay_add(struct replay_counts *sum, const struct replay_counts *more)
{
	if (more->packets) {
		sum->first = sum->packets && sum->first < more->first ? sum->first : more->first;
		sum->last = sum->packets && sum->last > more->last ? sum->last : more->last;
	}
	if (!sum->unknown_link)
		sum->unknown_link_type = more->unknown_link_type;
	sum->packets += more->packets;
	sum->bytes += more->bytes;
	sum->out_of_order += more->out_of_order;
	sum->late += more->late;
	sum->sums_taken += more->sums_taken;
	sum->sums_left_out += more->sums_left_out;
	sum->paths_learnt += more->paths_learnt;
	sum->short_frames += more->short_frames;
	sum->unknown_link += more->unknown_link;
}

/* ---- start and end --------------------------------------------------------- */

int replay_open(struct replay *r)
{
	const struct parse_choice parse = {
		.zone_mode = zone_of(r->choice.kernel, DIRECTION_RX),
		.decap = r->choice.kernel->decap != DECAP_OFF,
	};
	__u32 slots = bpf_map__max_entries(r->object->skeleton->maps.flows);
	int err = deadlines_init(&r->deadlines, slots);

	err = err ?: checksums_init(&r->checksums, &parse);
	err = err ?: doubles_init(&r->doubles);
	if (err)
		return fail(err, "out of memory while starting");
	return programs_open(r);
}

int replay_begin(struct replay *r, struct capture *capture, struct progress *progress)
{
	int err = r->capture ? clear_object(r->object) : 0; /* the first finds all empty */

	r->capture = capture;
	r->progress = progress;
	deadlines_clear(&r->deadlines);
	checksums_clear(&r->checksums);
	doubles_clear(&r->doubles);
	r->newest = 0;
	r->now = 0;
	r->over = false;
	r->idle_error = 0;
	r->counts = (struct replay_counts){};
	return err;
}

void replay_close(struct replay *r)
{
	ring_close(&r->ring);
	queue_free(&r->queue);
	checksums_free(&r->checksums);
	doubles_free(&r->doubles);
	deadlines_free(&r->deadlines);
}
