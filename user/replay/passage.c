// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/passage.h"

#include <string.h>

#include "replay/walk.h"

/* A word at a time: it is done for every packet. */
static __u64 mix(__u64 hash, const void *bytes, size_t size)
{
	for (size_t at = 0; at < size; at += sizeof(__u64)) {
		__u64 word = 0;

		memcpy(&word, (const __u8 *)bytes + at, size - at < sizeof(word) ? size - at : sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
		hash ^= hash >> 32;
	}
	return hash;
}

/* Both directions have one: the key's addresses are sorted. */
static __u64 path_of(const struct flow_key *key, __u32 interface)
{
	__u64 hash = mix(0, key->addr, sizeof(key->addr));

	hash = mix(hash, &key->zone, sizeof(*key) - offsetof(struct flow_key, zone));
	return mix(hash, &interface, sizeof(interface)) ?: 1;
}

/* Walks as far as the TCP header. *id: the innermost IPv4 header's identification; 0 under IPv6. */
static int walk_to_segment(struct frame f, struct walk *w, struct packet *p, __u16 *id)
{
	const struct ipv4_header *ip;
	int err = 0;

	for (int i = 0; i < MAX_HEADERS && w->next != NEXT_TCP && !err; i++) {
		ip = w->next == ETHERTYPE_IPV4 ? bytes_at(f, w->offset, sizeof(*ip)) : NULL;
		if (ip || w->next == ETHERTYPE_IPV6)
			*id = ip ? ip->id : 0;
		err = walk_header(f, w, p);
	}
	return err;
}

/* With the ports in their order, the checksum (and so what it carries), and the options as far as they were captured. */
static __u64 mix_header(__u64 hash, struct frame f, __u32 at)
{
	const struct tcp_header *tcp = bytes_at(f, at, sizeof(*tcp));
	__u32 size = tcp_header_length(tcp);

	for (; size > sizeof(*tcp) && !bytes_at(f, at, size); size -= 4)
		continue;
	return mix(hash, tcp, size);
}

bool passage_look(const struct parse_choice *choice, const struct link_frame *frame, __u32 place, __u32 interface,
		  struct passage *passage)
{
	const struct frame f = { frame->data, frame->data + frame->size };
	struct walk w = walk_of(choice, frame);
	struct packet p;
	__u64 hash;
	__u16 id = 0;

	begin_walk(&w, NEXT_ETHERNET, &p);
	if (walk_to_segment(f, &w, &p, &id) || walk_frame(f, &w, &p) || p.icmp_error)
		return false;
	hash = mix(0, &p.key, sizeof(p.key));
	hash = mix(hash, &place, sizeof(place));
	hash = mix(hash, &p.seg.ttl, sizeof(p.seg.ttl));
	hash = mix(hash, &p.seg.len, sizeof(p.seg.len));
	hash = mix(hash, &id, sizeof(id));
	hash = mix_header(hash, f, w.segment);
	*passage = (struct passage){
		.path = path_of(&p.key, interface),
		.segment = hash,
		.from = p.from & 1,
		.has_data = p.seg.len > 0,
		.is_numbered = id != 0,
	};
	return true;
}
