// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "variant.h"

#include <stdio.h>
#include <string.h>

static const __u8 mapped[2][16] = {
	{ [10] = 0xff, 0xff, 192, 0, 2, 1 },
	{ [10] = 0xff, 0xff, 192, 0, 2, 200 },
};
static const __u8 ipv6[2][16] = {
	{ 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
	{ 0x20, 0x01, 0x0d, 0xb8, [8] = 0xff, [15] = 1 },
};

struct wire variant_wire(const struct variant *v, const struct scenario *s, const struct action *a)
{
	const __u8 from = a->send.from;
	struct wire w = {
		.ipv6 = v->ipv6,
		.port = { s->conditions.port[0], s->conditions.port[1] },
		.from = from,
		.icmp = a->send.icmp,
		.place = a->send.place,
		.seg = a->send.seg,
	};

	for (int end = 0; end < 2; end++) {
		int which = s->conditions.self ? 0 : end ^ v->swapped;

		memcpy(w.address[end], v->ipv6 ? ipv6[which] : mapped[which], 16);
	}
	if (s->conditions.self)
		w.port[RESPONDER] = w.port[INITIATOR];
	w.seg.seq += v->seq_shift[from];
	/* An end connected to itself acknowledges its own numbers. Without ACK, the field may have a number, too. */
	if ((w.seg.flags & TH_ACK) || w.seg.ack)
		w.seg.ack += v->seq_shift[s->conditions.self ? from : !from];
	if (w.seg.traits & SEG_TIMESTAMP) {
		w.seg.tsval += v->ts_shift[from];
		if (w.seg.flags & TH_ACK)
			w.seg.tsecr += v->ts_shift[!from];
	}
	return w;
}

/* ---- which there are ---------------------------------------------------- */

/* The span of an end's sequence numbers in the file. */
struct span {
	bool any;
	__u32 first, length;
};

static struct span span_of(const struct scenario *s, int end)
{
	struct span span = {};

	for (int i = 0; i < s->count; i++) {
		const struct action *a = &s->actions[i];
		__u32 last;

		if (a->kind != DO_SEND || a->send.from != end)
			continue;
		if (!span.any) {
			span.any = true;
			span.first = a->send.seg.seq;
		}
		last = a->send.seg.seq + a->send.seg.len - span.first;
		if (last < 1u << 31 && last > span.length)
			span.length = last;
	}
	return span;
}

static __u32 first_tsval(const struct scenario *s, int end)
{
	for (int i = 0; i < s->count; i++)
		if (s->actions[i].kind == DO_SEND && s->actions[i].send.from == end &&
		    (s->actions[i].send.seg.traits & SEG_TIMESTAMP))
			return s->actions[i].send.seg.tsval;
	return 0;
}

enum wrap { WRAP_NONE, WRAP_AT_ONCE, WRAP_MIDWAY, WRAP_SIGN, WRAPS };

static const char *const wrap_names[WRAPS] = {
	"as written", "wrapping after the first number", "wrapping midway", "passing 2^31 midway"
};

/* So that the numbers pass 2^32, or 2^31, where the wrap says. */
static void shift(struct variant *v, const struct scenario *s, enum wrap wrap)
{
	for (int end = 0; wrap && end < 2; end++) {
		struct span span = span_of(s, end);
		__u32 to = wrap == WRAP_SIGN ? 1u << 31 : 0;
		__u32 passing = wrap == WRAP_AT_ONCE ? 1 : span.length / 2;

		v->seq_shift[end] = to - passing - span.first;
		v->ts_shift[end] = to - 1 - first_tsval(s, end);
	}
}

static struct variant plain(const struct scenario *s, bool v6, bool swapped)
{
	struct variant v = {
		.ipv6 = v6,
		.swapped = swapped,
		.seen = s->conditions.seen,
		.as_written = true,
		.repeated = -1,
		.after = -1,
	};

	snprintf(v.name, sizeof(v.name), "%s, initiator %s", v6 ? "IPv6" : "IPv4", swapped ? "higher" : "lower");
	return v;
}

static void add_name(struct variant *v, const char *text)
{
	size_t n = strlen(v->name);

	snprintf(v->name + n, sizeof(v->name) - n, ", %s", text);
}

static bool visit_wraps(const struct scenario *s, bool v6, bool swapped,
			bool (*visit)(const struct variant *, void *), void *arg)
{
	for (int wrap = 0; wrap < WRAPS; wrap++) {
		struct variant v = plain(s, v6, swapped);

		shift(&v, s, wrap);
		add_name(&v, wrap_names[wrap]);
		if (!visit(&v, arg))
			return false;
	}
	return true;
}

static bool visit_one_sided(const struct scenario *s, bool swapped,
			    bool (*visit)(const struct variant *, void *), void *arg)
{
	for (int end = 0; end < 2; end++) {
		struct variant v = plain(s, s->conditions.families == 2, swapped);

		v.seen = 1 << end;
		v.as_written = false;
		add_name(&v, end ? "only the responder seen" : "only the initiator seen");
		if (!visit(&v, arg))
			return false;
	}
	return true;
}

static bool visit_repeated(const struct scenario *s, bool (*visit)(const struct variant *, void *), void *arg)
{
	for (int after = 0; after < s->count; after++) {
		for (int repeated = 0; repeated <= after; repeated++) {
			struct variant v = plain(s, s->conditions.families == 2, false);
			char text[64];

			if (s->actions[after].kind != DO_SEND || s->actions[repeated].kind != DO_SEND)
				continue;
			v.repeated = repeated;
			v.after = after;
			snprintf(text, sizeof(text), "line %d repeated after line %d",
				 s->actions[repeated].line, s->actions[after].line);
			add_name(&v, text);
			if (!visit(&v, arg))
				return false;
		}
	}
	return true;
}

bool variants_of(const struct scenario *s, bool (*visit)(const struct variant *v, void *arg), void *arg)
{
	for (int family = 0; family < 2; family++) {
		if (!(s->conditions.families & 1 << family))
			continue;
		for (int swapped = 0; swapped < (s->conditions.self ? 1 : 2); swapped++)
			if (!visit_wraps(s, family, swapped, visit, arg))
				return false;
	}
	if (s->conditions.seen == 3 && !s->conditions.self)
		for (int swapped = 0; swapped < 2; swapped++)
			if (!visit_one_sided(s, swapped, visit, arg))
				return false;
	return !s->conditions.repeated || visit_repeated(s, visit, arg);
}
