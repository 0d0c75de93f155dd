/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Programs onto interfaces, and off again, without moving anybody else's. */
#ifndef TCPSTATE_USER_ATTACH_H
#define TCPSTATE_USER_ATTACH_H

#include <net/if.h>
#include <stdbool.h>

#include <linux/types.h>

struct options;
struct object;
struct pins;

enum hook_kind { HOOK_XDP_NATIVE, HOOK_XDP_GENERIC, HOOK_TCX, HOOK_CLSACT, HOOK_KINDS };

/* "XDP (native)", "TCX"... for people; "xdp-native", "tcx"... for JSON and pins. */
extern const char *const hook_titles[HOOK_KINDS];
extern const char *const hook_names[HOOK_KINDS];

struct hook {
	enum hook_kind kind;
	bool receive;
	unsigned int ifindex;
	char ifname[IF_NAMESIZE];
	int prog_fd;               /* not owned */
	int link_fd;               /* -1 with clsact: the kernel keeps that without us */
	__u32 handle, priority;    /* clsact */
};

struct hooks {
	struct hook *list;
	int count;
};

/* Are all names interfaces that carry Ethernet frames? 0 or a reported error. */
int attach_check(const struct options *options);

/*
 * Attach to every interface that options name, and pin each hook if pins are
 * claimed. All or nothing. 0 or a reported error.
 */
int attach_all(struct hooks *hooks, const struct options *options, const struct object *object,
	       const struct pins *pins);

/* Leave the interfaces as they were found. */
void detach_all(struct hooks *hooks);

/* Does every named interface hand its own packets back in (lo)? Then both ends are local. */
bool only_loopback(const struct options *options);

/* ---- hook_xdp.c, hook_tc.c: one hook; 0 or a reported error ---- */

/* kind says native or generic. quiet: no report where the driver can't, so that the caller may fall back. */
int xdp_attach(struct hook *hook, bool quiet);

/* -EOPNOTSUPP, not reported: this kernel has no TCX. */
int tcx_attach(struct hook *hook);
int clsact_attach(struct hook *hook);

/* Remove our filter; the clsact qdisc too if we made it and nothing else is on it. */
int clsact_detach(unsigned int ifindex, bool receive, __u32 handle, __u32 priority);

/* Remove every tcpstate_* filter from an interface's clsact; *found counts them. prog_id 0: any. */
int clsact_clean(unsigned int ifindex, bool receive, __u32 prog_id, int *found);

#endif
