// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/tc_filters.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "host/route_dump.h"

static int on_bpf_option(const struct nlattr *attribute, void *arg)
{
	struct tc_filter *filter = arg;

	switch (mnl_attr_get_type(attribute)) {
	case TCA_BPF_NAME:
		if (mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0)
			snprintf(filter->name, sizeof(filter->name), "%s", mnl_attr_get_str(attribute));
		break;
	case TCA_BPF_ID:
		if (mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
			filter->prog_id = mnl_attr_get_u32(attribute);
		break;
	}
	return MNL_CB_OK;
}

/* The kind comes before the options, which mean what they do by it. */
static int on_attribute(const struct nlattr *attribute, void *arg)
{
	struct tc_filter *filter = arg;

	switch (mnl_attr_get_type(attribute)) {
	case TCA_KIND:
		filter->bpf = mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) >= 0 &&
			      !strcmp(mnl_attr_get_str(attribute), "bpf");
		break;
	case TCA_OPTIONS:
		if (filter->bpf && mnl_attr_validate(attribute, MNL_TYPE_NESTED) >= 0)
			return mnl_attr_parse_nested(attribute, on_bpf_option, filter);
		break;
	}
	return MNL_CB_OK;
}

struct visit {
	int (*each)(void *arg, const struct tc_filter *filter);
	void *arg;
	int stopped; /* what each has returned */
};

static int on_message(const struct nlmsghdr *message, void *arg)
{
	const struct tcmsg *tc = mnl_nlmsg_get_payload(message);
	struct visit *visit = arg;
	struct tc_filter filter;

	if (message->nlmsg_type != RTM_NEWTFILTER || mnl_nlmsg_get_payload_len(message) < sizeof(*tc))
		return MNL_CB_OK;
	filter = (struct tc_filter){
		.handle = tc->tcm_handle,
		.priority = tc->tcm_info >> 16,
		.protocol = ntohs(tc->tcm_info & 0xffff),
	};
	mnl_attr_parse(message, sizeof(*tc), on_attribute, &filter);
	visit->stopped = visit->each(visit->arg, &filter);
	return visit->stopped ? MNL_CB_STOP : MNL_CB_OK;
}

int tc_filters(unsigned int ifindex, bool ingress, int (*each)(void *arg, const struct tc_filter *filter), void *arg)
{
	const struct tcmsg side = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, ingress ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS),
	};
	struct visit visit = { .each = each, .arg = arg };

	return route_dump_of(RTM_GETTFILTER, &side, sizeof(side), on_message, &visit) ?: visit.stopped;
}
