// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "parsers.h"
#include "parse/parse.h"

static struct walk facts_of(const struct fixture *x, size_t wire_size)
{
	struct walk facts = {
		.frame_len = wire_size,
		.zone_mode = x->zone_mode,
		.decap = x->no_decap ? 0 : x->only_tunnel ? 1 << x->only_tunnel : 0xff,
		.no_tunnel_id = x->no_tunnel_id,
		.verify_checksum = x->verify_checksum,
		.gso_size = x->gso_size,
		.gso_segs = x->gso_segs,
		.captured = x->cut != 0,
		.received = x->cut || (!x->leaves && !x->gso_size),
		.from_outside = x->from_outside,
	};

	if (x->zone_mode == ZONE_IFINDEX)
		facts.zone = 1;
	if (x->zone_mode == ZONE_VLAN && x->stripped_tci) {
		facts.zone = x->stripped_tci & 0x0fff;
		facts.tags = 1;
	}
	return facts;
}

struct outcome parse_natively(const struct fixture *x, enum native_way way, const __u8 *bytes, size_t size,
			      size_t wire_size)
{
	__u32 first_header = x->first_header ?: NEXT_ETHERNET;
	struct walk facts = facts_of(x, wire_size);
	__u8 *copy = malloc(size ?: 1);
	struct frame f = { copy, copy + size };
	struct outcome out;

	memcpy(copy, bytes, size);
	memset(&out, 0xa5, sizeof(out));
	if (way == NATIVE_PLAIN_FIRST)
		out.err = parse_frame(f, facts, first_header, &out.packet);
	else
		out.err = walk_native(f, facts, first_header, &out.packet);
	free(copy);
	return out;
}
