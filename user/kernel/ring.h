/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The event ring buffer, drained in portions. libbpf's reader gives each record
 * back as soon as it has been looked at; this one can hold them until what was
 * made of them is written, so that who is killed in between loses none: the
 * next owner of the ring finds them there.
 */
#ifndef TCPSTATE_USER_KERNEL_RING_H
#define TCPSTATE_USER_KERNEL_RING_H

#include <stdbool.h>
#include <stddef.h>

struct ring {
	int fd;                     /* of the map, not owned */
	bool hold;                  /* records are given back by ring_commit only */
	unsigned long *consumer;    /* a page of its own that we write; NULL: not open */
	const unsigned long *producer; /* a page, and the data behind it twice, so that no record is cut */
	const char *data;
	size_t size;                /* of the data, a power of two */
	unsigned long position;     /* how far we have read */
	int (*visit)(void *arg, const void *record, size_t size);
	void *arg;
};

/* visit gets each record; non-zero ends the drain. 0 or a reported error. */
int ring_open(struct ring *ring, int map_fd, int (*visit)(void *arg, const void *record, size_t size), void *arg);
/* Harmless before ring_open. */
void ring_close(struct ring *ring);

/* Becomes readable when the programs ask to be drained before the timer. */
int ring_fd(const struct ring *ring);

/*
 * At most one portion, so that a flood can't keep the caller from its other
 * duties. 1: there may be more; 0: it is empty; or what visit returned.
 */
int ring_drain(struct ring *ring);

/* Gives the room of what has been read back to the programs. */
void ring_commit(struct ring *ring);

#endif
