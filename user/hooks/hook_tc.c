// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The tc hooks. TCX (Linux 6.6) is a bpf_link, as XDP is. Before it there was
 * only the clsact qdisc with filters, which stay when their process is gone;
 * ours are known by the names of their programs.
 */
#include "hooks/hook.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_ether.h>

#include "base/error.h"
#include "host/tc_filters.h"

/* enum bpf_attach_type of Linux 6.6 (e420bed02507, "bpf: Add fd-based tcx multi-prog infra"). */
#define ATTACH_TCX_INGRESS 46
#define ATTACH_TCX_EGRESS 47

int tcx_attach(struct hook *hook)
{
	int fd = bpf_link_create(hook->prog_fd, hook->ifindex, hook->receive ? ATTACH_TCX_INGRESS : ATTACH_TCX_EGRESS,
				 NULL);

	if (fd >= 0) {
		hook->link_fd = fd;
		return 0;
	}
	/* An attach type it has never heard of. */
	if (fd == -EINVAL || fd == -EOPNOTSUPP)
		return -EOPNOTSUPP;
	if (fd == -EPERM)
		return fail(fd, "%s: attaching a tc program needs CAP_NET_ADMIN; run it as root (sudo)", hook->ifname);
	return fail(fd, "%s: attaching to the TCX %s hook: %s", hook->ifname, hook->receive ? "ingress" : "egress",
		    strerror(-fd));
}

/* ---- clsact ------------------------------------------------------------- */

/*
 * The handle says who made the qdisc, so that whoever takes the filter off, be
 * it a "detach" after a crash, knows whether the qdisc may go too.
 */
#define HANDLE_QDISC_FOUND 0x74637000 /* "tcp" */
#define HANDLE_QDISC_MADE 0x74637100
#define HANDLE_KIND 0xffffff00
#define HANDLE_TRIES 64 /* instances on one interface */

static bool made_qdisc(__u32 handle)
{
	return (handle & HANDLE_KIND) == HANDLE_QDISC_MADE;
}

static bool is_ours(const struct tc_filter *filter)
{
	return filter->bpf && !strncmp(filter->name, "tcpstate_tc_", strlen("tcpstate_tc_"));
}

struct priorities {
	__u32 lowest;            /* 0: none in use */
	bool lowest_takes_bpf;   /* a bpf filter for all protocols may join it */
	bool made_qdisc;         /* one of our filters says that an xdp-tcpstate made the qdisc */
	int filters;
};

static int take_priority(void *arg, const struct tc_filter *filter)
{
	struct priorities *p = arg;

	p->filters++;
	if (!p->lowest || filter->priority < p->lowest) {
		p->lowest = filter->priority;
		p->lowest_takes_bpf = filter->bpf && filter->protocol == ETH_P_ALL;
	}
	if (is_ours(filter) && made_qdisc(filter->handle))
		p->made_qdisc = true;
	return 0;
}

static int read_priorities(unsigned int ifindex, struct priorities *both, bool receive, struct priorities *mine)
{
	int err;

	*both = (struct priorities){};
	*mine = (struct priorities){};
	err = tc_filters(ifindex, receive, take_priority, mine);
	if (!err)
		err = tc_filters(ifindex, true, take_priority, both);
	if (!err)
		err = tc_filters(ifindex, false, take_priority, both);
	return err;
}

/* bpf_tc_hook_destroy with both bits takes the qdisc itself away. */
static void remove_qdisc(unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_tc_hook, qdisc, .ifindex = ifindex, .attach_point = BPF_TC_INGRESS | BPF_TC_EGRESS);

	bpf_tc_hook_destroy(&qdisc);
}

/* What tc has filters on would go with the qdisc. tc has no "remove if empty", so this looks first. */
static void remove_unused_qdisc(unsigned int ifindex)
{
	struct priorities both, mine;

	if (!read_priorities(ifindex, &both, true, &mine) && !both.filters)
		remove_qdisc(ifindex);
}

/*
 * First in line, since a filter before ours may redirect or steal a packet:
 * before the lowest priority in use; where that is 1 already, inside it. There
 * a bpf filter that returns TC_ACT_UNSPEC hands on to the next.
 */
static __u32 choose_priority(const struct priorities *p)
{
	if (!p->lowest || p->lowest > 1)
		return 1;
	return p->lowest_takes_bpf ? 1 : 0; /* 0: the kernel takes a free one */
}

int clsact_attach(struct hook *hook)
{
	LIBBPF_OPTS(bpf_tc_hook, qdisc, .ifindex = hook->ifindex,
		    .attach_point = hook->receive ? BPF_TC_INGRESS : BPF_TC_EGRESS);
	struct priorities both, mine;
	bool made;
	int err;

	err = bpf_tc_hook_create(&qdisc);
	if (err && err != -EEXIST)
		return fail(err, "%s: making a clsact qdisc for the tc hook: %s%s", hook->ifname, strerror(-err),
			    err == -EPERM ? "; run it as root (sudo)" : "");
	made = !err;
	err = read_priorities(hook->ifindex, &both, hook->receive, &mine);
	if (err) {
		if (made)
			remove_qdisc(hook->ifindex);
		return fail(err, "%s: reading its tc filters: %s", hook->ifname, strerror(-err));
	}
	for (int try = 0; try < HANDLE_TRIES; try++) {
		LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = hook->prog_fd, .priority = choose_priority(&mine),
			    .handle = (made || both.made_qdisc ? HANDLE_QDISC_MADE : HANDLE_QDISC_FOUND) + 1 + try);

		err = bpf_tc_attach(&qdisc, &opts);
		if (!err) {
			hook->handle = opts.handle;
			hook->priority = opts.priority;
			return 0;
		}
		if (err != -EEXIST) /* that handle is taken: the next */
			break;
	}
	if (made)
		remove_unused_qdisc(hook->ifindex);
	return fail(err, "%s: attaching a tc %s filter: %s", hook->ifname, hook->receive ? "ingress" : "egress",
		    strerror(-err));
}

int clsact_detach(unsigned int ifindex, bool receive, __u32 handle, __u32 priority)
{
	LIBBPF_OPTS(bpf_tc_hook, qdisc, .ifindex = ifindex, .attach_point = receive ? BPF_TC_INGRESS : BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .handle = handle, .priority = priority);
	int err = bpf_tc_detach(&qdisc, &opts);

	if (!err && made_qdisc(handle))
		remove_unused_qdisc(ifindex);
	return err;
}

struct search {
	unsigned int prog_id; /* 0: any of ours */
	struct tc_filter filter;
	bool found;
};

static int find_ours(void *arg, const struct tc_filter *filter)
{
	struct search *s = arg;

	if (!is_ours(filter) || !filter->handle || (s->prog_id && s->prog_id != filter->prog_id))
		return 0;
	s->filter = *filter;
	s->found = true;
	return 1;
}

/* cls_bpf puts the new program into the list in the old one's place. */
int clsact_swap(struct hook *hook, __u32 old_prog_id)
{
	LIBBPF_OPTS(bpf_tc_hook, qdisc, .ifindex = hook->ifindex,
		    .attach_point = hook->receive ? BPF_TC_INGRESS : BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, opts, .prog_fd = hook->prog_fd, .flags = BPF_TC_F_REPLACE);
	struct search search = { .prog_id = old_prog_id };
	int err = tc_filters(hook->ifindex, hook->receive, find_ours, &search);

	if (err < 0 && err != -EINVAL) /* that is: the qdisc is not there */
		return err;
	if (!search.found)
		return -ENOENT;
	opts.handle = hook->handle = search.filter.handle;
	opts.priority = hook->priority = search.filter.priority;
	return bpf_tc_attach(&qdisc, &opts);
}

static int find_handle(void *arg, const struct tc_filter *filter)
{
	const struct hook *hook = arg;

	return is_ours(filter) && filter->handle == hook->handle && filter->priority == hook->priority;
}

bool clsact_holds(const struct hook *hook)
{
	return tc_filters(hook->ifindex, hook->receive, find_handle, (void *)hook) == 1;
}

int clsact_clean(unsigned int ifindex, bool receive, __u32 prog_id, int *found)
{
	for (;;) {
		struct search s = { .prog_id = prog_id };
		int err = tc_filters(ifindex, receive, find_ours, &s);

		if (err < 0)
			return err;
		if (!s.found)
			return 0;
		err = clsact_detach(ifindex, receive, s.filter.handle, s.filter.priority);
		if (err)
			return err;
		++*found;
	}
}
