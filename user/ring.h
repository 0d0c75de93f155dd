/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The event ring buffer, drained in portions. */
#ifndef TCPSTATE_USER_RING_H
#define TCPSTATE_USER_RING_H

#include <stddef.h>

struct ring_buffer;

struct ring {
	struct ring_buffer *buffer;
	int (*visit)(void *arg, const void *record, size_t size);
	void *arg;
	int left;      /* of this portion */
	int stopped;   /* what visit returned to end it */
};

/* visit gets each record; non-zero ends the drain. 0 or a reported error. */
int ring_open(struct ring *ring, int map_fd, int (*visit)(void *arg, const void *record, size_t size), void *arg);
void ring_close(struct ring *ring);

/* Becomes readable when the programs ask to be drained before the timer. */
int ring_fd(const struct ring *ring);

/*
 * At most one portion, so that a flood can't keep the caller from its other
 * duties. 1: there may be more; 0: it is empty; or what visit returned.
 */
int ring_drain(struct ring *ring);

#endif
