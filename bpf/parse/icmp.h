/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * ICMP errors quote the packet that caused them. A hard one (RFC 1122 4.2.3.9,
 * RFC 5461) can end a handshake, so that the quoted TCP header is handed on;
 * of a soft one only the number is counted.
 */
#ifndef TCPSTATE_BPF_PARSE_ICMP_H
#define TCPSTATE_BPF_PARSE_ICMP_H

#include "parse/valid.h"

static __always_inline enum quote icmp_quote(__u8 type, __u8 code)
{
	switch (type) {
	case 3: /* destination unreachable */
		switch (code) {
		case 2:  /* protocol */
		case 3:  /* port */
		case 9:  /* network administratively prohibited */
		case 10: /* host administratively prohibited */
		case 13: /* communication administratively prohibited */
			return QUOTE_HARD;
		}
		return QUOTE_SOFT;
	case 4:  /* source quench */
	case 5:  /* redirect */
	case 11: /* time exceeded */
	case 12: /* parameter problem */
		return QUOTE_SOFT;
	}
	return QUOTE_NONE;
}

static __always_inline enum quote icmpv6_quote(__u8 type, __u8 code)
{
	switch (type) {
	case 1: /* destination unreachable */
		switch (code) {
		case 1: /* administratively prohibited */
		case 4: /* port */
		case 5: /* source address failed policy */
		case 6: /* reject route */
			return QUOTE_HARD;
		}
		return QUOTE_SOFT;
	case 2: /* packet too big */
	case 3: /* time exceeded */
	case 4: /* parameter problem */
		return QUOTE_SOFT;
	}
	return QUOTE_NONE;
}

static __always_inline int walk_icmp(struct frame f, struct walk *w, const struct packet *p, bool v6)
{
	const struct icmp_header *icmp;
	int err;

	if (w->quoted || w->fragment)
		return PASS_OVER(NOT_TCP); /* no error is sent about an error, or in fragments */
	icmp = header(f, w, sizeof(*icmp));
	if (!icmp)
		return short_of(w, sizeof(*icmp), PASS_OVER(NOT_TCP));
	w->quoted = v6 ? icmpv6_quote(icmp->type, icmp->code) : icmp_quote(icmp->type, icmp->code);
	if (w->quoted == QUOTE_NONE)
		return PASS_OVER(NOT_TCP);
	err = check_addresses(w, p);
	if (err)
		return err;
	return advance(w, sizeof(*icmp), v6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4);
}

#endif
