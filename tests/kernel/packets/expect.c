// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expect.h"

/* An end as the key orders it: address, then port, big-endian. */
struct end_bytes {
	__u8 address[16];
	__u8 port[2];
};

static struct end_bytes end_bytes(const char *address, __u16 port)
{
	struct end_bytes end = { .address = { [10] = 0xff, [11] = 0xff }, .port = { port >> 8, port } };

	if (inet_pton(AF_INET, address, end.address + 12) != 1 && inet_pton(AF_INET6, address, end.address) != 1) {
		fprintf(stderr, "%s: not an address\n", address);
		abort();
	}
	return end;
}

static void expect_ends(const struct fixture *x, struct packet *p)
{
	const char *source = x->source ?: x->v6 ? "2001:db8::1" : "10.0.0.1";
	const char *destination = x->destination ?: x->v6 ? "2001:db8::2" : "10.0.0.2";
	struct end_bytes end[2] = {
		end_bytes(source, x->source_port ?: 40000),
		end_bytes(destination, x->destination_port ?: 443),
	};
	int order = memcmp(&end[0], &end[1], sizeof(end[0]));

	p->from = order > 0;
	p->self = order == 0;
	for (int i = 0; i < 2; i++) {
		const struct end_bytes *e = &end[p->from ? 1 - i : i];

		memcpy(p->key.addr[i], e->address, sizeof(e->address));
		memcpy(&p->key.port[i], e->port, sizeof(e->port));
	}
}

struct outcome expected_outcome(const struct fixture *x)
{
	struct outcome out;
	struct packet *p = &out.packet;

	memset(&out, 0, sizeof(out));
	if (x->passed_over) {
		out.err = -x->passed_over;
		return out;
	}
	expect_ends(x, p);
	p->key.zone = x->zone;
	p->key.tunnel_kind = x->tunnel_kind;
	p->key.tunnel_id = x->tunnel_id;
	p->icmp_error = x->icmp_error;
	p->seg.seq = x->seq ?: TEST_SEQ;
	p->seg.ack = x->ack ?: TEST_ACK;
	p->seg.len = x->len;
	p->seg.tsval = x->tsval;
	p->seg.tsecr = x->tsecr;
	p->seg.packets = x->packets ?: 1;
	p->seg.window = x->window ?: TEST_WINDOW;
	p->seg.mss = x->mss;
	p->seg.flags = x->no_flags ? 0 : x->flags ?: TH_ACK;
	p->seg.traits = x->traits;
	p->seg.wscale = x->wscale;
	p->seg.ttl = x->no_ttl ? 0 : x->ttl ?: TEST_TTL;
	return out;
}

const char *passed_over_name(int err)
{
	static const char *const names[] = {
#define X(name, label) label,
		PASSED_OVER(X)
#undef X
	};
	unsigned int reason = -1 - err;

	return err == 0 ? "a segment" : reason < PASSED_COUNT ? names[reason] : "no such reason";
}

static char difference[400];

static bool field_differs(const char *name, __u64 is, __u64 should)
{
	if (is == should)
		return false;
	snprintf(difference, sizeof(difference), "%s is %llu (0x%llx), not %llu (0x%llx)", name,
		 (unsigned long long)is, (unsigned long long)is, (unsigned long long)should, (unsigned long long)should);
	return true;
}

static bool end_differs(const struct flow_key *is, const struct flow_key *should, int end)
{
	char a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN];

	if (memcmp(is->addr[end], should->addr[end], 16) == 0 && is->port[end] == should->port[end])
		return false;
	inet_ntop(AF_INET6, is->addr[end], a, sizeof(a));
	inet_ntop(AF_INET6, should->addr[end], b, sizeof(b));
	snprintf(difference, sizeof(difference), "end %d is [%s]:%u, not [%s]:%u", end, a, ntohs(is->port[end]), b,
		 ntohs(should->port[end]));
	return true;
}

const char *outcomes_differ(const struct outcome *is, const struct outcome *should)
{
	const struct packet *a = &is->packet, *b = &should->packet;

	if (is->err != should->err) {
		snprintf(difference, sizeof(difference), "%s, not %s", passed_over_name(is->err),
			 passed_over_name(should->err));
		return difference;
	}
	if (is->err)
		return NULL;
	if (end_differs(&a->key, &b->key, 0) || end_differs(&a->key, &b->key, 1) ||
	    field_differs("zone", a->key.zone, b->key.zone) ||
	    field_differs("tunnel kind", a->key.tunnel_kind, b->key.tunnel_kind) ||
	    field_differs("tunnel id", a->key.tunnel_id, b->key.tunnel_id) ||
	    field_differs("from", a->from, b->from) || field_differs("self", a->self, b->self) ||
	    field_differs("icmp_error", a->icmp_error, b->icmp_error) ||
	    field_differs("seq", a->seg.seq, b->seg.seq))
		return difference;
	if (memcmp(a->key.pad, b->key.pad, sizeof(a->key.pad)) || memcmp(a->pad, b->pad, sizeof(a->pad)))
		return "padding is not zero";
	if (a->icmp_error)
		return NULL;
	if (field_differs("ack", a->seg.ack, b->seg.ack) || field_differs("len", a->seg.len, b->seg.len) ||
	    field_differs("tsval", a->seg.tsval, b->seg.tsval) || field_differs("tsecr", a->seg.tsecr, b->seg.tsecr) ||
	    field_differs("packets", a->seg.packets, b->seg.packets) ||
	    field_differs("window", a->seg.window, b->seg.window) || field_differs("mss", a->seg.mss, b->seg.mss) ||
	    field_differs("flags", a->seg.flags, b->seg.flags) ||
	    field_differs("traits", a->seg.traits, b->seg.traits) ||
	    field_differs("wscale", a->seg.wscale, b->seg.wscale) || field_differs("ttl", a->seg.ttl, b->seg.ttl))
		return difference;
	return NULL;
}
