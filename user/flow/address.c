// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "flow/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/out.h"

static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };

void address_from_v4(__u8 address[16], const void *v4)
{
	memcpy(address, mapped, sizeof(mapped));
	memcpy(address + sizeof(mapped), v4, 4);
}

bool address_is_v4(const __u8 address[16])
{
	return !memcmp(address, mapped, sizeof(mapped));
}

bool address_is_loopback(const __u8 address[16])
{
	static const __u8 one[16] = { [15] = 1 };

	return address_is_v4(address) ? address[12] == 127 : !memcmp(address, one, sizeof(one));
}

size_t address_text(char text[ADDRESS_TEXT], const __u8 address[16])
{
	size_t n = 0;

	if (!address_is_v4(address)) {
		inet_ntop(AF_INET6, address, text, ADDRESS_TEXT);
		return strlen(text);
	}
	for (int i = 12; i < 16; i++) {
		if (i > 12)
			text[n++] = '.';
		n += decimal(text + n, address[i]);
	}
	return n;
}

size_t endpoint_text(char text[ENDPOINT_TEXT], const struct flow_key *key, int end)
{
	bool v4 = address_is_v4(key->addr[end]);
	size_t n = 0;

	if (!v4)
		text[n++] = '[';
	n += address_text(text + n, key->addr[end]);
	if (!v4)
		text[n++] = ']';
	text[n++] = ':';
	n += decimal(text + n, ntohs(key->port[end]));
	text[n] = 0;
	return n;
}

static const char *tunnel_name(unsigned int kind)
{
	switch (kind) {
	case TUNNEL_IPIP: return "ipip";
	case TUNNEL_GRE: return "gre";
	case TUNNEL_ERSPAN: return "erspan";
	case TUNNEL_VXLAN: return "vxlan";
	case TUNNEL_GENEVE: return "geneve";
	default: return "tunnel";
	}
}

size_t context_text(char text[CONTEXT_TEXT], const struct flow_key *key)
{
	size_t n = 0;

	text[0] = 0;
	if (key->zone)
		n += snprintf(text, CONTEXT_TEXT, "zone %u", key->zone);
	if (key->tunnel_kind) {
		n += snprintf(text + n, CONTEXT_TEXT - n, "%s%s", n ? ", " : "", tunnel_name(key->tunnel_kind));
		if (key->tunnel_kind != TUNNEL_IPIP && key->tunnel_kind != TUNNEL_ERSPAN)
			n += snprintf(text + n, CONTEXT_TEXT - n, " %u", key->tunnel_id);
	}
	return n;
}

bool address_parse(const char *text, size_t len, __u8 address[16])
{
	char copy[ADDRESS_TEXT];

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = 0;
	if (inet_pton(AF_INET, copy, address + 12) == 1) {
		memcpy(address, mapped, sizeof(mapped));
		return true;
	}
	return inet_pton(AF_INET6, copy, address) == 1;
}

/* Digits only, at most max. */
static bool number_parse(const char *text, size_t len, unsigned long max, unsigned long *value)
{
	*value = 0;
	if (!len || len > 9)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*value = *value * 10 + (text[i] - '0');
	}
	return *value <= max;
}

bool net_parse(const char *text, size_t len, struct track_net *net)
{
	const char *slash = memchr(text, '/', len);
	size_t address_len = slash ? (size_t)(slash - text) : len;
	unsigned long bits;
	bool v4;

	memset(net, 0, sizeof(*net));
	if (!address_parse(text, address_len, net->addr))
		return false;
	v4 = !memchr(text, ':', address_len);
	bits = v4 ? 32 : 128;
	if (slash && !number_parse(slash + 1, len - address_len - 1, bits, &bits))
		return false;
	net->prefixlen = v4 ? 96 + bits : bits;
	for (unsigned int i = 0; i < 16; i++) {
		if (i * 8 >= net->prefixlen)
			net->addr[i] = 0;
		else if (net->prefixlen - i * 8 < 8)
			net->addr[i] &= 0xff00 >> (net->prefixlen - i * 8);
	}
	return true;
}

bool net_contains(const struct track_net *net, const __u8 address[16])
{
	unsigned int whole = net->prefixlen / 8, rest = net->prefixlen % 8;

	if (memcmp(net->addr, address, whole))
		return false;
	return !rest || !((net->addr[whole] ^ address[whole]) & 0xff00 >> rest & 0xff);
}

bool ports_parse(const char *text, size_t len, __u16 *low, __u16 *high)
{
	const char *dash = memchr(text, '-', len);
	size_t first = dash ? (size_t)(dash - text) : len;
	unsigned long from, to;

	if (!number_parse(text, first, 65535, &from))
		return false;
	to = from;
	if (dash && !number_parse(dash + 1, len - first - 1, 65535, &to))
		return false;
	*low = from;
	*high = to;
	return from <= to;
}
