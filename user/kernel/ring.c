// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/ring.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

#include "base/error.h"

#define PORTION 128 /* records: little enough that they are written with one write(2), so that one killed before has written none */

/* Each record lies behind its header: its length, with bits of enum BPF_RINGBUF_*, and what only the kernel reads. */
struct record {
	__u32 len;
	__u32 page_offset;
	char data[];
};
_Static_assert(sizeof(struct record) == BPF_RINGBUF_HDR_SZ, "Documentation/bpf/ringbuf.rst");

static size_t room_of(__u32 len)
{
	return (sizeof(struct record) + (len & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT)) + 7) & ~7UL;
}

static int report_open(int err)
{
	return fail(err, "mapping the event ring buffer: %s", strerror(-err));
}

int ring_open(struct ring *ring, int map_fd, int (*visit)(void *arg, const void *record, size_t size), void *arg)
{
	long page = sysconf(_SC_PAGESIZE);
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(map_fd, &info, &size);
	void *at;

	*ring = (struct ring){ .fd = map_fd, .visit = visit, .arg = arg };
	if (err)
		return report_open(err);
	at = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map_fd, 0);
	if (at == MAP_FAILED)
		return report_open(-errno);
	ring->consumer = at;
	ring->size = info.max_entries;
	at = mmap(NULL, page + 2 * ring->size, PROT_READ, MAP_SHARED, map_fd, page);
	if (at == MAP_FAILED) {
		err = report_open(-errno);
		munmap(ring->consumer, page);
		ring->consumer = NULL;
		return err;
	}
	ring->producer = at;
	ring->data = (const char *)at + page;
	ring->position = *ring->consumer;
	return 0;
}

void ring_close(struct ring *ring)
{
	long page = sysconf(_SC_PAGESIZE);

	if (!ring->consumer)
		return;
	munmap(ring->consumer, page);
	munmap((void *)ring->producer, page + 2 * ring->size);
	ring->consumer = NULL;
}

int ring_fd(const struct ring *ring)
{
	return ring->fd;
}

int ring_drain(struct ring *ring)
{
	int left = PORTION, result = 0;

	while (!result && left) {
		unsigned long end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
		const struct record *record = (const void *)(ring->data + (ring->position & (ring->size - 1)));
		__u32 len;

		if (ring->position == end)
			break;
		len = __atomic_load_n(&record->len, __ATOMIC_ACQUIRE);
		if (len & BPF_RINGBUF_BUSY_BIT) /* its program is still writing it */
			break;
		if (!(len & BPF_RINGBUF_DISCARD_BIT))
			result = ring->visit(ring->arg, record->data, len);
		ring->position += room_of(len);
		left--;
	}
	if (!ring->hold)
		ring_commit(ring);
	return result ? result : !left;
}

void ring_commit(struct ring *ring)
{
	__atomic_store_n(ring->consumer, ring->position, __ATOMIC_RELEASE);
}
