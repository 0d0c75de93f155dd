// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/link_layer.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "replay/capture_packet.h"

enum ethertype {
	TYPE_NONE = 0,       /* a length, if anything: the parser passes it over as no IP */
	TYPE_IPV4 = 0x0800,
	TYPE_VLAN = 0x8100,
	TYPE_IPV6 = 0x86dd,
	TYPE_MPLS = 0x8847,
	TYPE_MPLS_UPSTREAM = 0x8848,
	TYPE_PPPOE = 0x8864,
	TYPE_QINQ = 0x88a8,
	TYPE_QINQ_OLD = 0x9100,
};

bool is_vlan_type(__u16 type)
{
	return type == TYPE_VLAN || type == TYPE_QINQ || type == TYPE_QINQ_OLD;
}

bool link_is_known(int link_type)
{
	switch (link_type) {
	case LINK_NULL:
	case LINK_ETHERNET:
	case LINK_PPP:
	case LINK_DLT_RAW:
	case LINK_DLT_RAW_OPENBSD:
	case LINK_PPP_HDLC:
	case LINK_PPP_ETHER:
	case LINK_RAW:
	case LINK_LOOP:
	case LINK_LINUX_SLL:
	case LINK_IPV4:
	case LINK_IPV6:
	case LINK_LINUX_SLL2:
		return true;
	}
	return false;
}

const char *link_name(int link_type)
{
	static char number[16];
	const char *name = pcap_datalink_val_to_name(link_type);

	if (name)
		return name;
	snprintf(number, sizeof(number), "%d", link_type);
	return number;
}

static __u16 number16(const __u8 *at)
{
	return at[0] << 8 | at[1];
}

/* ---- what the link carries, and from which byte on ------------------------ */

struct payload {
	__u32 offset;
	__u16 type;   /* enum ethertype, or another one */
};

static struct payload raw_payload(const __u8 *data, __u32 size)
{
	if (size && data[0] >> 4 == 4)
		return (struct payload){ 0, TYPE_IPV4 };
	if (size && data[0] >> 4 == 6)
		return (struct payload){ 0, TYPE_IPV6 };
	return (struct payload){ 0, TYPE_NONE };
}

/* An address family in the order of the machine that captured (null) or of the network (loop). */
static struct payload null_payload(const __u8 *data)
{
	__u32 family;

	memcpy(&family, data, sizeof(family));
	if (family >> 16)
		family = __builtin_bswap32(family);
	switch (family) {
	case 2:  /* AF_INET, everywhere */
		return (struct payload){ 4, TYPE_IPV4 };
	case 10: /* AF_INET6: Linux */
	case 24: /* NetBSD, OpenBSD */
	case 28: /* FreeBSD */
	case 30: /* macOS */
		return (struct payload){ 4, TYPE_IPV6 };
	}
	return (struct payload){ 4, TYPE_NONE };
}

/* RFC 1661 5: the protocol; RFC 1662: behind an address and a control byte, if they were not compressed away. */
static struct payload ppp_payload(const __u8 *data, __u32 size)
{
	struct payload p = { 0, TYPE_NONE };
	__u16 protocol;

	/* Cisco's framing, which the same links may have: an EtherType. */
	if (size >= 4 && (data[0] == 0x0f || data[0] == 0x8f) && data[1] == 0)
		return (struct payload){ 4, number16(data + 2) };
	if (size >= 2 && data[0] == 0xff && data[1] == 0x03)
		p.offset = 2;
	if (size < p.offset + 2)
		return p;
	if (data[p.offset] & 1) { /* compressed: only the last byte of a number is odd */
		protocol = data[p.offset];
		p.offset += 1;
	} else {
		protocol = number16(data + p.offset);
		p.offset += 2;
	}
	switch (protocol) {
	case 0x0021:
		p.type = TYPE_IPV4;
		break;
	case 0x0057:
		p.type = TYPE_IPV6;
		break;
	case 0x0281:
		p.type = TYPE_MPLS;
		break;
	case 0x0283:
		p.type = TYPE_MPLS_UPSTREAM;
		break;
	}
	return p;
}

/* Bytes without which there is nothing to be said. */
static __u32 least_size(int link_type)
{
	switch (link_type) {
	case LINK_ETHERNET:
		return ETHERNET_HEADER;
	case LINK_LINUX_SLL:
		return SLL_HEADER;
	case LINK_LINUX_SLL2:
		return SLL2_HEADER;
	case LINK_NULL:
	case LINK_LOOP:
		return 4;
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return 2;
	}
	return 1;
}

static struct payload payload_of(const struct capture_packet *p)
{
	switch (p->link_type) {
	case LINK_LINUX_SLL:
		return (struct payload){ SLL_HEADER, number16(p->data + 14) };
	case LINK_LINUX_SLL2:
		return (struct payload){ SLL2_HEADER, number16(p->data) };
	case LINK_NULL:
	case LINK_LOOP:
		return null_payload(p->data);
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return ppp_payload(p->data, p->captured);
	case LINK_PPP_ETHER:
		return (struct payload){ 0, TYPE_PPPOE };
	case LINK_IPV4:
		return (struct payload){ 0, TYPE_IPV4 };
	case LINK_IPV6:
		return (struct payload){ 0, TYPE_IPV6 };
	}
	return raw_payload(p->data, p->captured);
}

/* ---- the frame ------------------------------------------------------------ */

/* Less than was captured would be a lie, and so would more than any frame has. */
static __u32 length_on_wire(const struct capture_packet *p)
{
	__u32 length = p->length > p->captured ? p->length : p->captured;

	return length < FRAME_LONGEST ? length : FRAME_LONGEST;
}

bool link_to_ethernet(struct link_layer *layer, const struct capture_packet *p, struct link_frame *f)
{
	if (p->captured < least_size(p->link_type))
		return false;
	*f = (struct link_frame){ .data = p->data, .size = p->captured, .length = length_on_wire(p) };
	if (p->link_type != LINK_ETHERNET) {
		struct payload carried = payload_of(p);
		__u32 size = p->captured - carried.offset, room = FRAME_PART - ETHERNET_HEADER;

		if (size > room)
			size = room;
		memset(layer->frame, 0, ETHERNET_HEADER);
		layer->frame[12] = carried.type >> 8;
		layer->frame[13] = carried.type;
		memcpy(layer->frame + ETHERNET_HEADER, p->data + carried.offset, size);
		f->data = layer->frame;
		f->size = ETHERNET_HEADER + size;
		f->length += ETHERNET_HEADER - carried.offset;
	}
	if (f->size > FRAME_PART)
		f->size = FRAME_PART;
	return true;
}
