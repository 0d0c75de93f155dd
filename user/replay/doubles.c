// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/doubles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "replay/passage.h"
#include "tcpstate/units.h"

#define NEAR_NS NS_PER_MS        /* between the two copies from which a path is learnt */
#define COPY_NS (10 * NS_PER_MS) /* between the two, at most */

/*
 * So many segments that came twice, and new data of both directions among them, make a path one
 * that doubles, if no data came once meanwhile: a network that doubles now and then hardly gets there.
 */
#define LEARN_RUN 4
/* So many segments with new data in a row that came once only: it does not double any more. */
#define FORGET_RUN 3

/* Powers of two. A million packets a second within COPY_NS fit. */
#define PASSED (1u << 14)
#define BUCKETS (1u << 15)
#define PATHS (1u << 14)
/* So many segments of one bucket are looked at: a capture may be made so that they are many. */
#define LOOKED_AT 32

struct passed {
	__u64 segment, path;
	__u64 time;
	__u32 older;    /* the number, plus one, of the one before with the same bucket; of 32 bits */
	__u8 from;
	bool has_data;
	bool is_near;   /* its copy came within NEAR_NS */
	__u8 times;     /* that it came: 1, or more */
};

struct path {
	__u64 path;
	__u8 run;       /* segments that came twice, since data came once; no more than LEARN_RUN */
	__u8 data_from; /* mask: whose data is among these */
	__u8 once;      /* segments with data that came once, one behind the other; no more than FORGET_RUN */
	bool doubles;
};

int doubles_init(struct doubles *d)
{
	*d = (struct doubles){
		.passed = calloc(PASSED, sizeof(*d->passed)),
		.newest = calloc(BUCKETS, sizeof(*d->newest)),
		.paths = calloc(PATHS, sizeof(*d->paths)),
	};
	return d->passed && d->newest && d->paths ? 0 : -ENOMEM;
}

void doubles_free(struct doubles *d)
{
	free(d->passed);
	free(d->newest);
	free(d->paths);
	*d = (struct doubles){};
}

void doubles_clear(struct doubles *d)
{
	memset(d->newest, 0, BUCKETS * sizeof(*d->newest));
	memset(d->paths, 0, PATHS * sizeof(*d->paths));
	d->came = d->judged = d->learnt = 0;
}

/* ---- paths -------------------------------------------------------------------- */

static __u32 finish(__u64 hash)
{
	return (hash ^ hash >> 32) * 0x9e3779b97f4a7c15ull >> 40;
}

static struct path *path_at(const struct doubles *d, __u64 path)
{
	return &d->paths[finish(path) & (PATHS - 1)];
}

bool doubles_knows(const struct doubles *d, __u64 path)
{
	const struct path *p = path_at(d, path);

	return p->path == path && p->doubles;
}

static void came_twice(struct doubles *d, struct path *p, const struct passed *s)
{
	if (p->run < LEARN_RUN)
		p->run++;
	if (s->has_data)
		p->data_from |= 1 << s->from;
	if (p->run == LEARN_RUN && p->data_from == 3) {
		d->learnt += !p->doubles;
		p->doubles = true;
	}
}

static void data_came_once(struct path *p)
{
	p->run = 0;
	p->data_from = 0;
	if (p->once < FORGET_RUN)
		p->once++;
	if (p->once == FORGET_RUN)
		p->doubles = false;
}

/* ---- segments ------------------------------------------------------------------ */

/* What has come first of late counts as new: no sender repeats its data so soon. */
static void judge(struct doubles *d, const struct passed *s)
{
	struct path *p = path_at(d, s->path);

	if (p->path != s->path)
		*p = (struct path){ .path = s->path };
	if (s->has_data && s->times > 1)
		p->once = 0;
	if (s->is_near)
		came_twice(d, p, s);
	else if (s->has_data && s->times == 1)
		data_came_once(p);
}

void doubles_settle(struct doubles *d)
{
	for (; d->judged < d->came; d->judged++)
		judge(d, &d->passed[d->judged & (PASSED - 1)]);
}

/* All whose copy would have come by now, one behind the other. */
static void judge_until(struct doubles *d, __u64 now)
{
	for (; d->judged < d->came; d->judged++) {
		const struct passed *s = &d->passed[d->judged & (PASSED - 1)];

		if (d->came - d->judged < PASSED && (__s64)(now - s->time) <= (__s64)COPY_NS)
			return;
		judge(d, s);
	}
}

static __u64 between(__u64 a, __u64 b)
{
	return a < b ? b - a : a - b;
}

/* The same segment, that came last; or NULL. */
static struct passed *find(const struct doubles *d, __u32 newest, __u64 segment, __u64 time)
{
	__u32 at = newest;

	for (int i = 0; i < LOOKED_AT && at; i++) {
		struct passed *s = &d->passed[(at - 1) & (PASSED - 1)];

		/* Overwritten, or too long ago, as are those before it. */
		if ((__u32)d->came - at >= PASSED || between(time, s->time) > COPY_NS)
			break;
		if (s->segment == segment)
			return s;
		at = s->older;
	}
	return NULL;
}

static void add(struct doubles *d, __u32 *newest, const struct passage *p, __u64 time)
{
	d->passed[d->came & (PASSED - 1)] = (struct passed){
		.segment = p->segment,
		.path = p->path,
		.time = time,
		.older = *newest,
		.from = p->from,
		.has_data = p->has_data,
		.times = 1,
	};
	d->came++;
	*newest = d->came;
}

bool doubles_look(struct doubles *d, const struct passage *p, __u64 time)
{
	__u32 *newest = &d->newest[finish(p->segment) & (BUCKETS - 1)];
	struct passed *s;

	judge_until(d, time);
	s = find(d, *newest, p->segment, time);
	/* Each comes twice: what has no number of its own, and comes a third time, was sent again. */
	if (!s || (s->times > 1 && !p->is_numbered)) {
		add(d, newest, p, time);
		return false;
	}
	s->is_near |= between(time, s->time) <= NEAR_NS;
	if (s->times < 255)
		s->times++;
	return true;
}
