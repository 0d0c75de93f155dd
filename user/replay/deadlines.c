// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/deadlines.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

int deadlines_init(struct deadlines *d, __u32 slots)
{
	*d = (struct deadlines){
		.due = calloc(slots, sizeof(*d->due)),
		.place = calloc(slots, sizeof(*d->place)),
		.heap = calloc(slots, sizeof(*d->heap)),
	};
	return d->due && d->place && d->heap ? 0 : -ENOMEM;
}

void deadlines_free(struct deadlines *d)
{
	free(d->due);
	free(d->place);
	free(d->heap);
	*d = (struct deadlines){};
}

void deadlines_clear(struct deadlines *d)
{
	while (d->count)
		d->place[d->heap[--d->count]] = 0;
}

/* Equal deadlines in the order of slots: the same capture shall give the same output. */
static bool is_before(const struct deadlines *d, __u32 a, __u32 b)
{
	return d->due[a] != d->due[b] ? d->due[a] < d->due[b] : a < b;
}

static void put(struct deadlines *d, __u32 at, __u32 slot)
{
	d->heap[at] = slot;
	d->place[slot] = at + 1;
}

static void rise(struct deadlines *d, __u32 at)
{
	__u32 slot = d->heap[at];

	for (__u32 parent; at && is_before(d, slot, d->heap[parent = (at - 1) / 2]); at = parent)
		put(d, at, d->heap[parent]);
	put(d, at, slot);
}

static void sink(struct deadlines *d, __u32 at)
{
	__u32 slot = d->heap[at];

	for (;;) {
		__u32 child = at * 2 + 1;

		if (child >= d->count)
			break;
		if (child + 1 < d->count && is_before(d, d->heap[child + 1], d->heap[child]))
			child++;
		if (!is_before(d, d->heap[child], slot))
			break;
		put(d, at, d->heap[child]);
		at = child;
	}
	put(d, at, slot);
}

static void remove_slot(struct deadlines *d, __u32 slot)
{
	__u32 at = d->place[slot] - 1, last = d->heap[--d->count];

	d->place[slot] = 0;
	if (last == slot)
		return;
	put(d, at, last);
	rise(d, at);
	sink(d, d->place[last] - 1);
}

__u64 deadlines_first(const struct deadlines *d, __u32 *slot)
{
	if (!d->count)
		return NO_DEADLINE;
	*slot = d->heap[0];
	return d->due[*slot];
}

void deadlines_set(struct deadlines *d, __u32 slot, __u64 due)
{
	if (due == NO_DEADLINE) {
		if (d->place[slot])
			remove_slot(d, slot);
		return;
	}
	d->due[slot] = due;
	if (!d->place[slot])
		put(d, d->count++, slot);
	rise(d, d->place[slot] - 1);
	sink(d, d->place[slot] - 1);
}

void deadlines_advance(struct deadlines *d, __u32 slot, __u64 due)
{
	if (due != NO_DEADLINE && (!d->place[slot] || due < d->due[slot]))
		deadlines_set(d, slot, due);
}
