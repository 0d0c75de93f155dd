/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* One TCP segment as the parser saw it. All numbers are in host byte order. */
#ifndef TCPSTATE_ABI_SEGMENT_H
#define TCPSTATE_ABI_SEGMENT_H

#include <linux/types.h>

/*
 * The core runs under a slot's spin lock, where kernels before 6.9 allow no
 * call, not even to the program's own functions.
 */
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif

/* The low eight flag bits of the TCP header (RFC 9293 3.1). */
enum tcp_flag {
	TH_FIN = 0x01,
	TH_SYN = 0x02,
	TH_RST = 0x04,
	TH_PSH = 0x08,
	TH_ACK = 0x10,
	TH_URG = 0x20,
	TH_ECE = 0x40,
	TH_CWR = 0x80,
};

/* The flags that drive the state machine; an ECN SYN is a SYN. */
#define TH_CONTROL (TH_FIN | TH_SYN | TH_RST | TH_ACK)

/* Options that the segment carried, and what else is special about it. */
enum segment_trait {
	SEG_TIMESTAMP = 1 << 0,      /* tsval and tsecr are valid (RFC 7323) */
	SEG_SACK_PERMITTED = 1 << 1, /* RFC 2018; meaningful on a SYN */
	SEG_WSCALE = 1 << 2,         /* wscale is valid (RFC 7323); meaningful on a SYN */
	SEG_MSS = 1 << 3,            /* mss is valid; meaningful on a SYN */
	SEG_FRAGMENT = 1 << 4,       /* first fragment: len is what it carries, more may follow */
	SEG_BAD_OPTIONS = 1 << 5,    /* an option ran over; those before it are valid */
	SEG_BAD_CHECKSUM = 1 << 6,   /* checked, and wrong: the receiver will drop it */
	SEG_CUT_OPTIONS = 1 << 7,    /* the capture ends inside of them */
};

struct segment {
	__u32 seq;
	__u32 ack;     /* valid if TH_ACK */
	__u32 len;     /* payload bytes, from the IP header (or skb->len of a super-packet) */
	__u32 tsval;
	__u32 tsecr;
	__u32 packets; /* frames on the wire: gso_segs of a super-packet, else 1 */
	__u16 window;  /* as sent, not scaled */
	__u16 mss;
	__u8 flags;    /* enum tcp_flag */
	__u8 traits;   /* enum segment_trait */
	__u8 wscale;   /* at most 14: larger values are read as 14 (RFC 7323 2.3) */
	__u8 ttl;      /* IPv4 TTL or IPv6 hop limit */
};

#endif
