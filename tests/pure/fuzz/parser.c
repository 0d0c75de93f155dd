// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Any bytes, as a frame that begins with any header the parser can be told to
 * begin with: it reads nothing beyond them (the sanitizers watch), gives a
 * reason that there is, or a packet as its readers may rely on it; and the
 * short way for plain frames makes the same of them as the walk.
 *
 * An input: HEAD bytes that say how the rest is looked at, see facts_of().
 */
#include <stdlib.h>
#include <string.h>

#include "bpf/parse/parse.h"
#include "fuzz.h"

enum { HEAD_FIRST, HEAD_BITS, HEAD_UNCAPTURED, HEAD_GSO, HEAD };

enum head_bit {
	BIT_NO_DECAP = 1 << 0,
	BIT_CHECKSUM = 1 << 1,
	BIT_CAPTURED = 1 << 2,
	BIT_STRIPPED_TAG = 1 << 3,
	BIT_ZONE = 4, /* and the one above: the zone mode */
	BIT_RECEIVED = 1 << 6,
	BIT_OUTSIDE = 1 << 7,
};

/* Ethernet, at 0, is what an input is for that says nothing else. */
static const __u32 first_headers[] = {
	NEXT_ETHERNET,       ETHERTYPE_IPV4,           ETHERTYPE_IPV6,  ETHERTYPE_VLAN,
	ETHERTYPE_QINQ,      ETHERTYPE_QINQ_OLD,       ETHERTYPE_PPPOE, ETHERTYPE_MPLS,
	ETHERTYPE_TRANSPARENT, ETHERTYPE_MPLS_UPSTREAM, ETHERTYPE_ERSPAN_2, ETHERTYPE_ERSPAN_3,
};

static struct walk facts_of(const __u8 *head, size_t size)
{
	struct walk facts = {
		.frame_len = size + head[HEAD_UNCAPTURED] * 8,
		.zone_mode = (head[HEAD_BITS] >> BIT_ZONE & 3) % (ZONE_IFINDEX + 1),
		.decap = head[HEAD_BITS] & BIT_NO_DECAP ? 0 : 0xff,
		.verify_checksum = !!(head[HEAD_BITS] & BIT_CHECKSUM),
		.captured = !!(head[HEAD_BITS] & BIT_CAPTURED),
		.received = !!(head[HEAD_BITS] & BIT_RECEIVED),
		.from_outside = !!(head[HEAD_BITS] & BIT_OUTSIDE),
		.gso_size = head[HEAD_GSO] * 16,
		.gso_segs = head[HEAD_GSO] & 1,
	};

	if (facts.zone_mode == ZONE_IFINDEX)
		facts.zone = 7;
	if (facts.zone_mode == ZONE_VLAN && head[HEAD_BITS] & BIT_STRIPPED_TAG) {
		facts.zone = 0x123;
		facts.tags = 1;
	}
	return facts;
}

static void check_key(const struct packet *p, const struct walk *facts)
{
	static const __u8 zeros[sizeof(p->pad) + sizeof(p->key.pad)];
	const struct flow_key *key = &p->key;
	int order = memcmp(key->addr[0], key->addr[1], sizeof(key->addr[0]));

	if (!order)
		order = memcmp(&key->port[0], &key->port[1], sizeof(key->port[0]));
	must(order <= 0, "the ends of the key are sorted");
	must(p->from <= 1, "one of two ends sends");
	must(p->self == !order, "self means that the ends are one");
	must(!p->self || !p->from, "of one end, the sender is the first");
	must(key->tunnel_kind <= TUNNEL_GENEVE, "the tunnel is of a known kind");
	must(facts->decap || key->tunnel_kind == TUNNEL_NONE, "without decap no tunnel is opened");
	must(!memcmp(key->pad, zeros, sizeof(key->pad)), "what pads the key is zero");
	must(!memcmp(p->pad, zeros, sizeof(p->pad)), "what pads the packet is zero");
	must(facts->zone_mode != ZONE_NONE || !key->zone, "no zone where none was asked for");
	must(facts->zone_mode != ZONE_IFINDEX || key->zone == facts->zone, "the zone is the interface");
	must(facts->zone_mode != ZONE_VLAN || key->zone < 1 << 24, "the zone is two tags of 12 bits");
}

static void check_segment(const struct packet *p, const struct walk *facts)
{
	const struct segment *s = &p->seg;

	if (p->icmp_error)
		return; /* only its number is valid */
	must(p->key.port[0] && p->key.port[1], "no end has port 0");
	must(!facts->received || facts->captured || s->ttl || p->key.tunnel_kind, "what is received has a TTL");
	must(s->packets > 0, "a segment is at least one frame");
	must(s->len <= facts->frame_len || s->len < 65536, "no more payload than fits");
	must(s->wscale <= MAX_WSCALE, "no larger window scale than there is");
	must(s->traits & SEG_WSCALE || !s->wscale, "no window scale without the option");
	must(s->traits & SEG_MSS || !s->mss, "no MSS without the option");
	must(s->traits & SEG_TIMESTAMP || (!s->tsval && !s->tsecr), "no timestamps without the option");
	must(facts->verify_checksum || !(s->traits & SEG_BAD_CHECKSUM), "no checksum is judged unasked");
	must(facts->captured || !(s->traits & SEG_CUT_OPTIONS), "only a capture cuts options");
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct packet plain, walked;
	int plain_err, walk_err;
	struct walk facts;
	struct frame f;
	__u32 first;

	if (size < HEAD)
		return 0;
	first = first_headers[data[HEAD_FIRST] % (sizeof(first_headers) / sizeof(*first_headers))];
	facts = facts_of(data, size - HEAD);
	f = (struct frame){ data + HEAD, data + size };
	/* p need not be initialised. */
	memset(&plain, 0xa5, sizeof(plain));
	memset(&walked, 0x5a, sizeof(walked));
	plain_err = parse_frame(f, facts, first, &plain);
	walk_err = walk_native(f, facts, first, &walked);

	must(plain_err == walk_err, "both ways come to the same end");
	if (plain_err) {
		must(plain_err < 0 && passed_reason(plain_err) < PASSED_COUNT, "there is such a reason");
		return 0;
	}
	must(!memcmp(&plain, &walked, sizeof(plain)), "both ways make the same packet");
	check_key(&plain, &facts);
	check_segment(&plain, &facts);
	return 0;
}
