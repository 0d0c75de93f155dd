/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Packets between reading and feeding, the earliest first; of those with equal
 * times, the one that came first. A packet in order costs a place at the end
 * of a list; one that comes late costs one in a heap.
 */
#ifndef TCPSTATE_USER_REPLAY_QUEUE_H
#define TCPSTATE_USER_REPLAY_QUEUE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include "replay/sums.h"

/* Together some 100 MiB at most; 100 ms of a million packets a second fit. */
#define QUEUE_PACKETS (128u << 10)
#define QUEUE_BYTES (64u << 20)

struct queued {
	__u64 time;          /* the capture's, ns */
	__u64 rank;          /* what it is ordered by: its time, or the newest so far where that is too early */
	__u64 order;         /* of coming: set by queue_push */
	__u32 length;        /* bytes on the wire */
	__u32 place;         /* replay/place.h */
	__u64 path;          /* on which the same segment has passed a moment ago (replay/doubles.h); 0: it has not */
	__u32 size;          /* of the frame at data; 0: nothing that could be tracked */
	__u32 frame_length;  /* of that frame on the wire, with a link header of Ethernet's */
	bool wrong_sum;      /* sum is set */
	struct wrong_sum sum;
	__u8 *data;
};

struct queue {
	struct queued **list;  /* a ring of a power of two, in order */
	size_t first, count, room;
	struct queued **heap;
	size_t heap_count, heap_room;
	size_t bytes;          /* of all frames */
	__u64 order;
};

/* Copies the packet and its frame. 0 or -ENOMEM. */
int queue_push(struct queue *queue, const struct queued *packet);

/* The earliest; NULL: it is empty. */
struct queued *queue_first(const struct queue *queue);

/* Takes it out; the caller frees it. */
struct queued *queue_pop(struct queue *queue);

/* No more may be pushed before some are taken out. */
bool queue_is_full(const struct queue *queue);

void queue_free(struct queue *queue);

#endif
