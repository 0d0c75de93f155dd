// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* What the relay does to which frames; see relay_rules.h. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "relay_rules.h"

#define RULES_MAX 32

static struct rule rules[RULES_MAX];
static int rule_count;

void rule_add(enum action action, const char *text)
{
	pcap_t *ethernet = pcap_open_dead(DLT_EN10MB, FRAME_MAX);
	struct rule *rule = &rules[rule_count++];
	bool one_in = *text == '/';
	unsigned long number;
	char *rest;

	if (rule_count > RULES_MAX) {
		fputs("relay: too many rules\n", stderr);
		exit(2);
	}
	rule->action = action;
	rule->left = -1ul;
	rule->one_in = 1;
	number = strtoul(text + one_in, &rest, 10);
	if (number && *rest == ':') {
		if (one_in)
			rule->one_in = number;
		else
			rule->left = number;
		text = rest + 1;
	}
	rule->text = text;
	if (pcap_compile(ethernet, &rule->filter, text, 1, PCAP_NETMASK_UNKNOWN)) {
		fprintf(stderr, "relay: '%s': %s\n", text, pcap_geterr(ethernet));
		exit(2);
	}
	pcap_close(ethernet);
}

static bool takes(struct rule *rule, const struct pcap_pkthdr *header, const uint8_t *packet)
{
	if (!rule->left || !pcap_offline_filter(&rule->filter, header, packet))
		return false;
	return random() % rule->one_in == 0;
}

struct rule *rule_for(const uint8_t *packet, size_t size)
{
	const struct pcap_pkthdr header = { .len = size, .caplen = size };

	for (int i = 0; i < rule_count; i++)
		if (takes(&rules[i], &header, packet))
			return &rules[i];
	return NULL;
}

