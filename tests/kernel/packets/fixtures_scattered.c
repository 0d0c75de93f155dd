// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Frames of more than a page; see parse_scattered(). */
#include "fixtures.h"

const struct fixture scattered_fixtures[] = {
	{ "IPv4", { MAC, IPV4, TCP(TH_ACK), DATA(5000) }, .len = 5000 },
	{ "IPv6, timestamps", { MAC, IPV6, TCP(TH_ACK), TIMESTAMPS, DATA(5000) }, .v6 = true, .len = 5000,
	  HAS_TIMESTAMPS },
	{ "SYN with options and data",
	  { MAC, IPV4, TCP(TH_SYN), OPTIONS("0204 05b4 0402 080a 11223344 00000000 01 0303 07"), DATA(5000) },
	  .flags = TH_SYN, .len = 5000, .traits = SEG_MSS | SEG_SACK_PERMITTED | SEG_TIMESTAMP | SEG_WSCALE,
	  .mss = 1460, .wscale = 7, .tsval = 0x11223344 },
	{ "VXLAN",
	  { MAC, IPV4_OUTER, UDP(4789), VXLAN(7), MAC, VLAN(3), IPV6, HOP_BY_HOP(1), TCP(TH_ACK), TIMESTAMPS,
	    DATA(5000) }, .tunnel_kind = TUNNEL_VXLAN, .tunnel_id = 7, .zone_mode = ZONE_VLAN, .zone = 3, .v6 = true,
	  .len = 5000, HAS_TIMESTAMPS },
	{ "UDP", { MAC, IPV4, UDP(53), DATA(5000) }, PASSED(NOT_TCP) },
	{}
};
