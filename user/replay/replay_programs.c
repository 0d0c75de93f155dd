// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the kernel's programs do for a replay: a frame, a deadline, and what they put into the ring. */
#include "replay/replay_parts.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "base/error.h"
#include "replay/replay.h"
#include "xdp_tcpstate.skel.h"

#define NO_SLOT (~0u)
/*
 * More than one run can put into the ring: how a flow ended, its wait and its
 * record, two changes of the next, a wait that begins, and a stray; each has a
 * head of 8 bytes. That for the segment, and for up to four that were held back.
 */
#define RUN_BYTES 8192
#define RUN_SEGMENTS 5
_Static_assert(RUN_SEGMENTS * (3 * (sizeof(struct event) + 8) + 2 * (sizeof(struct wait_event) + 8) +
	       sizeof(struct stray_event) + 8 + sizeof(struct flow_record) + 8) <= RUN_BYTES, "see emit_all()");
/* One part in so many of the ring is used: behind it, the programs would wake a reader, and then begin to drop. */
#define RING_PART 4

/* The program's verdict (enum xdp_action), or negative errno. */
static int run_program(int fd, const void *frame, __u32 size)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = size, .repeat = 1);
	int err = bpf_prog_test_run_opts(fd, &opts);

	return err ? fail(err, "running the BPF program over a packet of %u bytes (BPF_PROG_TEST_RUN): %s", size,
			  strerror(-err)) : (int)opts.retval;
}

int programs_drain(struct replay *r)
{
	struct dispatch *d = r->dispatch;
	int more;

	do {
		more = ring_drain(&r->ring);
		if (more < 0)
			return more;
		r->full = d->limit && d->printed >= d->limit;
	} while (more && !r->full);
	r->ring_free = r->choice.kernel->ring_bytes / RING_PART;
	return 0;
}

/* Before a run: there must be room for whatever it has to tell. */
static int make_room(struct replay *r)
{
	int err = r->ring_free < RUN_BYTES ? programs_drain(r) : 0;

	r->ring_free -= r->ring_free < RUN_BYTES ? r->ring_free : RUN_BYTES;
	return err;
}

int programs_open(struct replay *r)
{
	r->ring_free = r->choice.kernel->ring_bytes / RING_PART;
	return ring_open(&r->ring, r->object->events, dispatch_record, r->dispatch);
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
	shared->replay_task = REPLAY_EXPIRE;
	err = run_program(r->object->programs.tcpstate_replay, no_frame, sizeof(no_frame));
	err = err < 0 ? err : 0;
	if (!err && shared->touched_deadline <= due)
		err = fail(-EIO, "a flow in slot %u of the table does not expire", slot);
	if (!err)
		deadlines_set(&r->deadlines, slot, shared->touched_deadline);
	return err;
}

/* All whose time runs out before now, one after the other. */
int programs_expire_until(struct replay *r, __u64 now)
{
	__u32 slot = 0;
	__u64 due;
	int err = 0;

	while (!err && !r->full && (due = deadlines_first(&r->deadlines, &slot)) < now)
		err = expire_first(r, slot, due);
	return err;
}

/* The capture is over: what is in doubt, and would close a connection, is settled, as nobody denies it any more. */
int programs_settle_all(struct replay *r)
{
	struct xdp_tcpstate__bss *shared = r->object->skeleton->bss;
	static const __u8 no_frame[64];
	int err, verdict = 0;

	shared->replay_task = REPLAY_SETTLE;
	shared->sweep_set = 0;
	do {
		err = programs_drain(r);
		if (err || r->full)
			break;
		verdict = run_program(r->object->programs.tcpstate_replay, no_frame, sizeof(no_frame));
	} while (verdict == XDP_TX);
	return err ?: verdict < 0 ? verdict : 0;
}

/* --drain: until nothing is left that could run out. */
int programs_expire_all(struct replay *r)
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

/* ---- packets ------------------------------------------------------------- */

int programs_track(struct replay *r, const struct queued *q)
{
	struct xdp_tcpstate__bss *shared = r->object->skeleton->bss;
	int err = make_room(r);

	if (err || r->full)
		return err;
	shared->replay_ns = r->now;
	shared->replay_length = q->frame_length;
	shared->replay_place = q->place;
	shared->touched_slot = NO_SLOT;
	shared->replay_task = REPLAY_PACKET;
	err = run_program(r->object->programs.tcpstate_replay, q->data, q->size);
	if (err < 0)
		return err;
	if (shared->touched_slot == NO_SLOT)
		r->ring_free += RUN_BYTES; /* off the slow path nothing is told */
	else
		deadlines_advance(&r->deadlines, shared->touched_slot, shared->touched_deadline);
	return 0;
}
