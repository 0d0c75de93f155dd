/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The dump of tc filters, which libbpf does not have. */
#ifndef TCPSTATE_USER_HOST_TC_FILTERS_H
#define TCPSTATE_USER_HOST_TC_FILTERS_H

#include <stdbool.h>

#include <linux/types.h>

struct tc_filter {
	__u32 handle;       /* 0: the head of a priority, not a filter itself */
	__u32 priority;
	__u16 protocol;     /* ETH_P_*, host order */
	bool bpf;           /* kind "bpf" */
	__u32 prog_id;      /* of kind bpf */
	char name[32];      /* of kind bpf: program's name, as tc shows it */
};

/* Every filter of one side of the clsact qdisc. Negative errno, or what each returned if not 0. */
int tc_filters(unsigned int ifindex, bool ingress, int (*each)(void *arg, const struct tc_filter *filter), void *arg);

#endif
