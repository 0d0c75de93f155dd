// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/queue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define LEAST_ROOM 256

static bool is_before(const struct queued *a, const struct queued *b)
{
	return a->rank != b->rank ? a->rank < b->rank : a->order < b->order;
}

/* ---- the list: those that came in order ------------------------------------- */

static struct queued **slot(const struct queue *q, size_t index)
{
	return &q->list[(q->first + index) & (q->room - 1)];
}

static int append(struct queue *q, struct queued *p)
{
	if (q->count == q->room) {
		size_t room = q->room ? q->room * 2 : LEAST_ROOM;
		struct queued **list = malloc(room * sizeof(*list));

		if (!list)
			return -ENOMEM;
		for (size_t i = 0; i < q->count; i++)
			list[i] = *slot(q, i);
		free(q->list);
		q->list = list;
		q->room = room;
		q->first = 0;
	}
	*slot(q, q->count++) = p;
	return 0;
}

/* ---- the heap: those that came late ------------------------------------------ */

static int add_late(struct queue *q, struct queued *p)
{
	size_t at = q->heap_count;

	if (!ARRAY_MAKE_ROOM(q->heap, q->heap_room, at + 1))
		return -ENOMEM;
	q->heap_count++;
	for (size_t parent; at && is_before(p, q->heap[parent = (at - 1) / 2]); at = parent)
		q->heap[at] = q->heap[parent];
	q->heap[at] = p;
	return 0;
}

static void remove_top(struct queue *q)
{
	struct queued *last = q->heap[--q->heap_count];
	size_t at = 0;

	for (size_t child; (child = at * 2 + 1) < q->heap_count; at = child) {
		if (child + 1 < q->heap_count && is_before(q->heap[child + 1], q->heap[child]))
			child++;
		if (!is_before(q->heap[child], last))
			break;
		q->heap[at] = q->heap[child];
	}
	q->heap[at] = last;
}

/* ---- both --------------------------------------------------------------------- */

int queue_push(struct queue *q, const struct queued *packet)
{
	struct queued *p = malloc(sizeof(*p) + packet->size);
	int err;

	if (!p)
		return -ENOMEM;
	*p = *packet;
	p->order = q->order++;
	p->data = (__u8 *)(p + 1);
	if (p->size)
		memcpy(p->data, packet->data, p->size);
	if (!q->count || !is_before(p, *slot(q, q->count - 1)))
		err = append(q, p);
	else
		err = add_late(q, p);
	if (err)
		free(p);
	else
		q->bytes += p->size;
	return err;
}

static bool is_late_first(const struct queue *q)
{
	return q->heap_count && (!q->count || is_before(q->heap[0], *slot(q, 0)));
}

struct queued *queue_first(const struct queue *q)
{
	return is_late_first(q) ? q->heap[0] : q->count ? *slot(q, 0) : NULL;
}

struct queued *queue_pop(struct queue *q)
{
	struct queued *p = queue_first(q);

	if (!p)
		return NULL;
	if (is_late_first(q)) {
		remove_top(q);
	} else {
		q->first = (q->first + 1) & (q->room - 1);
		q->count--;
	}
	q->bytes -= p->size;
	return p;
}

bool queue_is_full(const struct queue *q)
{
	return q->count + q->heap_count >= QUEUE_PACKETS || q->bytes >= QUEUE_BYTES;
}

void queue_free(struct queue *q)
{
	struct queued *p;

	while ((p = queue_pop(q)))
		free(p);
	free(q->list);
	free(q->heap);
	*q = (struct queue){};
}
