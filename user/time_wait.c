// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "time_wait.h"

#include <stdlib.h>
#include <string.h>

struct wait {
	__u64 id;    /* of the flow; 0: free */
	__u64 since; /* when its newest end began to wait: 2MSL counts from there */
};

/* Open addressing, linear probing; at most half full. */
struct time_waits {
	struct wait *list;
	size_t size; /* a power of two */
	size_t used;
};

#define FIRST_SIZE 1024

struct time_waits *time_waits_new(void)
{
	struct time_waits *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->size = FIRST_SIZE;
	w->list = calloc(w->size, sizeof(*w->list));
	if (!w->list) {
		free(w);
		return NULL;
	}
	return w;
}

void time_waits_free(struct time_waits *w)
{
	if (w)
		free(w->list);
	free(w);
}

/* Ids come out of a multiplication: the upper bits are the well mixed ones. */
static size_t place_of(const struct time_waits *w, __u64 id)
{
	return id >> 32 & (w->size - 1);
}

/* The entry of id, or the free one where it would go. */
static struct wait *find(const struct time_waits *w, __u64 id)
{
	size_t i = place_of(w, id);

	while (w->list[i].id && w->list[i].id != id)
		i = (i + 1) & (w->size - 1);
	return &w->list[i];
}

/* Into a new list of that size, but for those that began before then. */
static void rebuild(struct time_waits *w, size_t size, __u64 then)
{
	struct time_waits new = { .size = size, .list = calloc(size, sizeof(*new.list)) };

	if (!new.list)
		return; /* it stays as it is: fuller, and slower */
	for (size_t i = 0; i < w->size; i++)
		if (w->list[i].id && w->list[i].since >= then) {
			*find(&new, w->list[i].id) = w->list[i];
			new.used++;
		}
	free(w->list);
	*w = new;
}

static void remember(struct time_waits *w, __u64 id, __u64 since)
{
	struct wait *wait;

	if (w->used * 2 >= w->size)
		rebuild(w, w->size * 2, 0);
	if (w->used + 1 >= w->size)
		return; /* no memory: its end will have no start */
	wait = find(w, id);
	w->used += !wait->id;
	*wait = (struct wait){ id, since };
}

/* The entries behind it move up, so that no gap hides them. */
static void forget(struct time_waits *w, struct wait *wait)
{
	size_t gap = wait - w->list;

	for (size_t i = (gap + 1) & (w->size - 1); w->list[i].id; i = (i + 1) & (w->size - 1)) {
		size_t home = place_of(w, w->list[i].id);

		if (((i - home) & (w->size - 1)) >= ((i - gap) & (w->size - 1))) {
			w->list[gap] = w->list[i];
			gap = i;
		}
	}
	w->list[gap].id = 0;
	w->used--;
}

static const char *outcome_of(enum cause cause)
{
	switch (cause) {
	case CAUSE_REUSED:
	case CAUSE_SYN:
		return "reused";
	case CAUSE_RST:
	case CAUSE_REFUSED:
		return "reset";
	case CAUSE_EVICTED:
		return "evicted";
	default:
		return "expired";
	}
}

static unsigned int waiting(const __u8 state[2])
{
	return (state[0] == STATE_TIME_WAIT) | (state[1] == STATE_TIME_WAIT) << 1;
}

bool time_wait_of(struct time_waits *w, const struct event *e, struct time_wait_event *result)
{
	unsigned int before = waiting(e->was), after = waiting(e->state);
	struct wait *wait;

	*result = (struct time_wait_event){ .event = e, .start_known = true };
	if (after & ~before) {
		remember(w, e->id, e->time);
		result->ends = after;
		return true;
	}
	if (!(before & ~after))
		return false;
	wait = find(w, e->id);
	result->ended = true;
	result->ends = before & ~after;
	result->outcome = outcome_of(e->cause);
	result->start_known = wait->id;
	if (wait->id) {
		result->elapsed_ns = e->time > wait->since ? e->time - wait->since : 0;
		forget(w, wait);
	}
	return true;
}

void time_waits_purge(struct time_waits *w, __u64 then)
{
	if (w->used)
		rebuild(w, w->size, then);
}
