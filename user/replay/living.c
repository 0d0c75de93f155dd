// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What is left in the table when a capture ends. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "base/array.h"
#include "base/error.h"
#include "replay/replay.h"
#include "kernel/table.h"
#include "xdp_tcpstate.skel.h"

struct living {
	struct flow_record *records;
	size_t count, room;
	__u64 now;
};

static int collect(void *arg, const struct flow *flow, const struct history *history)
{
	struct living *l = arg;
	struct flow_record *record = ARRAY_ADD(l->records, l->count, l->room);

	if (!record)
		return -ENOMEM;
	*record = (struct flow_record){
		.type = EVENT_FLOW, .time = l->now, .flow = *flow, .history = *history,
	};
	return 0;
}

static int by_start(const void *one, const void *other)
{
	const struct flow *a = &((const struct flow_record *)one)->flow;
	const struct flow *b = &((const struct flow_record *)other)->flow;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return memcmp(&a->key, &b->key, sizeof(a->key));
}

int replay_living(struct replay *r)
{
	__u32 sets = r->object->skeleton->rodata->table_sets;
	struct living living = { .now = r->now };
	int err = table_each(&r->object->maps, sets, collect, &living);

	if (err)
		fail(err, "reading the flow table: %s", strerror(-err));
	else if (living.count)
		qsort(living.records, living.count, sizeof(*living.records), by_start);
	for (size_t i = 0; !err && !r->full && i < living.count; i++) {
		const struct flow_record *record = &living.records[i];

		/* One that nobody has believed in yet has had no events, and has no record. */
		if (record->flow.traits & FLOW_QUIET)
			continue;
		err = dispatch_record(r->dispatch, record, sizeof(*record));
		if (err == DISPATCH_DONE) {
			r->full = true;
			err = 0;
		}
	}
	free(living.records);
	return err;
}
