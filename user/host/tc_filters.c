// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "host/tc_filters.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#define REPLY_SIZE (64 << 10)

static int send_request(int fd, unsigned int ifindex, bool ingress)
{
	struct {
		struct nlmsghdr head;
		struct tcmsg tc;
	} request = {
		.head = {
			.nlmsg_len = sizeof(request),
			.nlmsg_type = RTM_GETTFILTER,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
			.nlmsg_seq = 1,
		},
		.tc = {
			.tcm_family = AF_UNSPEC,
			.tcm_ifindex = ifindex,
			.tcm_parent = TC_H_MAKE(TC_H_CLSACT, ingress ? TC_H_MIN_INGRESS : TC_H_MIN_EGRESS),
		},
	};
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	if (sendto(fd, &request, sizeof(request), 0, (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	return 0;
}

static void read_bpf(struct tc_filter *filter, struct rtattr *nest)
{
	int len = RTA_PAYLOAD(nest);

	for (struct rtattr *a = RTA_DATA(nest); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		int type = a->rta_type & NLA_TYPE_MASK;

		if (type == TCA_BPF_NAME)
			snprintf(filter->name, sizeof(filter->name), "%.*s", (int)RTA_PAYLOAD(a), (char *)RTA_DATA(a));
		else if (type == TCA_BPF_ID && RTA_PAYLOAD(a) >= sizeof(__u32))
			memcpy(&filter->prog_id, RTA_DATA(a), sizeof(__u32));
	}
}

static void read_filter(struct tc_filter *filter, struct nlmsghdr *message)
{
	struct tcmsg *tc = NLMSG_DATA(message);
	int len = message->nlmsg_len - NLMSG_LENGTH(sizeof(*tc));
	struct rtattr *options = NULL;

	*filter = (struct tc_filter){
		.handle = tc->tcm_handle,
		.priority = tc->tcm_info >> 16,
		.protocol = ntohs(tc->tcm_info & 0xffff),
	};
	for (struct rtattr *a = (struct rtattr *)(tc + 1); RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		int type = a->rta_type & NLA_TYPE_MASK;

		if (type == TCA_KIND)
			filter->bpf = !strcmp(RTA_DATA(a), "bpf");
		else if (type == TCA_OPTIONS)
			options = a;
	}
	if (filter->bpf && options)
		read_bpf(filter, options);
}

/* 1: the dump goes on; 0: it is complete; negative: failed. */
static int read_replies(char *reply, ssize_t size, int (*visit)(void *, const struct tc_filter *), void *arg,
			int *stopped)
{
	unsigned int left = size;

	for (struct nlmsghdr *m = (struct nlmsghdr *)reply; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
		struct tc_filter filter;

		if (m->nlmsg_type == NLMSG_DONE)
			return 0;
		if (m->nlmsg_type == NLMSG_ERROR)
			return ((struct nlmsgerr *)NLMSG_DATA(m))->error;
		if (m->nlmsg_type != RTM_NEWTFILTER || *stopped)
			continue;
		read_filter(&filter, m);
		*stopped = visit(arg, &filter);
	}
	return 1;
}

int tc_filters(unsigned int ifindex, bool ingress, int (*visit)(void *arg, const struct tc_filter *filter), void *arg)
{
	static char reply[REPLY_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	int fd, err, stopped = 0;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	err = send_request(fd, ifindex, ingress);
	if (err)
		goto out;
	do {
		ssize_t size = recv(fd, reply, sizeof(reply), 0);

		if (size < 0 && errno == EINTR) {
			err = 1;
			continue;
		}
		err = size < 0 ? -errno : read_replies(reply, size, visit, arg, &stopped);
	} while (err > 0);
out:
	close(fd);
	return err ? err : stopped;
}
