/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the relay does to which frames. */
#ifndef TRAFFIC_RELAY_RULES_H
#define TRAFFIC_RELAY_RULES_H

#include <pcap.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX (1 << 18) /* a segment before segmentation, and its headers */

enum action { DROP, DUPLICATE, CROSS };

struct rule {
	enum action action;
	unsigned long left;  /* frames it still applies to */
	unsigned int one_in; /* of those that match it takes one in so many */
	struct bpf_program filter;
	const char *text;
};

/*
 * Adds a rule: [N:]EXPR for the first N frames that match the pcap-filter(7)
 * EXPR, or [/N:]EXPR for one in N, at random. Keeps text. Says what is wrong
 * with it, and exits 2.
 */
void rule_add(enum action action, const char *text);

/* The first rule that takes this Ethernet frame, or NULL. */
struct rule *rule_for(const uint8_t *packet, size_t size);

#endif
