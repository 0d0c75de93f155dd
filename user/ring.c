// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "ring.h"

#include <errno.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "error.h"

#define PORTION 8192 /* records: some milliseconds of printing */

/* A negative value ends ring_buffer__consume behind the record, which counts as read. */
static int on_record(void *ctx, void *record, size_t size)
{
	struct ring *ring = ctx;

	ring->stopped = ring->visit(ring->arg, record, size);
	if (ring->stopped)
		return -ECANCELED;
	return --ring->left ? 0 : -EAGAIN;
}

int ring_open(struct ring *ring, int map_fd, int (*visit)(void *arg, const void *record, size_t size), void *arg)
{
	*ring = (struct ring){ .visit = visit, .arg = arg };
	ring->buffer = ring_buffer__new(map_fd, on_record, ring, NULL);
	if (!ring->buffer)
		return fail(-errno, "mapping the event ring buffer: %s", strerror(errno));
	return 0;
}

void ring_close(struct ring *ring)
{
	ring_buffer__free(ring->buffer);
	ring->buffer = NULL;
}

int ring_fd(const struct ring *ring)
{
	return ring_buffer__epoll_fd(ring->buffer);
}

int ring_drain(struct ring *ring)
{
	int n;

	ring->left = PORTION;
	n = ring_buffer__consume(ring->buffer);
	if (n == -EAGAIN)
		return 1;
	if (n == -ECANCELED)
		return ring->stopped;
	return n < 0 ? fail(n, "reading the event ring buffer: %s", strerror(-n)) : 0;
}
