// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/place.h"

#include <stdbool.h>
#include <string.h>

#include "replay/capture_packet.h"
#include "replay/link_layer.h"

#define VLAN_ID 0x0fff /* of a tag; the rest is priority, which differs from packet to packet */

/* FNV-1a; finished as murmur3 does. */
static __u32 mix(__u32 hash, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ ((const __u8 *)bytes)[i]) * 0x01000193;
	return hash;
}

static __u32 finish(__u32 hash)
{
	hash = (hash ^ hash >> 16) * 0x85ebca6b;
	hash = (hash ^ hash >> 13) * 0xc2b2ae35;
	return hash ^ hash >> 16;
}

static __u16 number16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

/* The tags from a type field on. */
static __u32 mix_tags(__u32 hash, const struct capture_packet *p, __u32 type_at)
{
	while (type_at + 6 <= p->captured && is_vlan_type(number16(p->data + type_at))) {
		__u16 id = number16(p->data + type_at + 2) & VLAN_ID;

		hash = mix(hash, &id, sizeof(id));
		type_at += 4;
	}
	return hash;
}

/* Protocol (2), reserved (2), interface (4), ARPHRD (2), packet type (1), address length (1), address (8). */
static __u32 mix_sll2(__u32 hash, const struct capture_packet *p)
{
	__u16 type = number16(p->data);

	hash = mix(hash, p->data + 4, SLL2_HEADER - 4);
	if (is_vlan_type(type) && p->captured >= SLL2_HEADER + 4) {
		__u16 id = number16(p->data + SLL2_HEADER) & VLAN_ID;

		hash = mix(hash, &id, sizeof(id));
		hash = mix_tags(hash, p, SLL2_HEADER + 2);
	}
	return hash;
}

__u32 place_of(const struct capture_packet *p)
{
	__u32 hash = mix(0x811c9dc5, &p->interface, sizeof(p->interface));

	hash = mix(hash, &p->link_type, sizeof(p->link_type));
	if (p->link_type == LINK_ETHERNET && p->captured >= ETHERNET_HEADER)
		hash = mix_tags(mix(hash, p->data, 12), p, 12);
	else if (p->link_type == LINK_LINUX_SLL && p->captured >= SLL_HEADER) /* all but the protocol */
		hash = mix_tags(mix(hash, p->data, 14), p, 14);
	else if (p->link_type == LINK_LINUX_SLL2 && p->captured >= SLL2_HEADER)
		hash = mix_sll2(hash, p);
	return finish(hash) ?: 1;
}

__u32 second_place(__u32 place)
{
	return ~place ?: 1;
}

void station_of(const struct capture_packet *p, __u8 station[6])
{
	memset(station, 0, 6);
	if (p->link_type == LINK_ETHERNET && p->captured >= ETHERNET_HEADER)
		memcpy(station, p->data + 6, 6);
	else if (p->link_type == LINK_LINUX_SLL && p->captured >= SLL_HEADER)
		memcpy(station, p->data + 6, 6);
	else if (p->link_type == LINK_LINUX_SLL2 && p->captured >= SLL2_HEADER)
		memcpy(station, p->data + 12, 6);
}
