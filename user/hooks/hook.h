/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Programs onto interfaces, and off again, without moving anybody else's. */
#ifndef TCPSTATE_USER_HOOKS_HOOK_H
#define TCPSTATE_USER_HOOKS_HOOK_H

#include <net/if.h>
#include <stdbool.h>

#include <linux/types.h>

#include "hooks/choice.h"

enum hook_kind { HOOK_XDP_NATIVE, HOOK_XDP_GENERIC, HOOK_TCX, HOOK_CLSACT, HOOK_KINDS };

/* "XDP (native)", "TCX"... for people; "xdp-native", "tcx"... for JSON and pins. */
extern const char *const hook_titles[HOOK_KINDS];
extern const char *const hook_names[HOOK_KINDS];

struct hook {
	enum hook_kind kind;
	bool receive;
	bool attached;
	unsigned int ifindex;      /* the interface it is, or was last, attached to; 0: none yet */
	char ifname[IF_NAMESIZE];
	int prog_fd;               /* not owned */
	int link_fd;               /* -1 with clsact: the kernel keeps that without us */
	__u32 handle, priority;    /* clsact */
	__u64 tried_ns;            /* when attaching to ifindex failed last; 0: it did not */
};

/* Are all names interfaces that carry Ethernet frames? 0 or a reported error. */
int attach_check(const struct hook_choice *choice);
/* The same of one that is there. */
int attach_check_one(const char *name, const struct hook_choice *choice);
int report_no_interface(const char *name);

/* Does it hand its own packets back in (lo)? */
bool interface_loops(const char *name);
/* Do all that are named? Then both ends are local. */
bool only_loopback(const struct hook_choice *choice);
/* There, but not up. */
bool is_down(const char *name);

/*
 * Attach prog_fd to ifindex, the way options want it; kind and what follows
 * from it are filled in. 0 or a reported error.
 */
int attach_hook(struct hook *hook, const struct hook_choice *choice);
void detach_hook(struct hook *hook);

/* Is this kind of hook what options want for that direction? */
bool attach_fits(enum hook_kind kind, bool receive, const struct hook_choice *choice);

/*
 * prog_fd in the place of the program that is attached there; every packet
 * meets the one or the other. old_prog_id is needed for clsact, where it fills
 * in handle and priority. 0 or negative errno.
 */
int attach_swap(struct hook *hook, __u32 old_prog_id);
/* Does that error mean that nothing is attached any more? */
bool attach_is_gone(int err);

/* Is it still attached? Somebody else may have taken it off. */
bool attach_holds(const struct hook *hook);

/* ---- hook_xdp.c, hook_tc.c: one hook; 0 or a reported error ---- */

/* kind says native or generic. quiet: no report where the driver can't, so that the caller may fall back. */
int xdp_attach(struct hook *hook, bool quiet);

/* -EOPNOTSUPP, not reported: this kernel has no TCX. */
int tcx_attach(struct hook *hook);
int clsact_attach(struct hook *hook);

/* Do for a clsact filter what attach_swap and attach_holds do for a link. */
int clsact_swap(struct hook *hook, __u32 old_prog_id);
bool clsact_holds(const struct hook *hook);

/* Remove our filter; the clsact qdisc too if we made it and nothing else is on it. */
int clsact_detach(unsigned int ifindex, bool receive, __u32 handle, __u32 priority);

/* Remove every tcpstate_* filter from an interface's clsact; *found counts them. prog_id 0: any. */
int clsact_clean(unsigned int ifindex, bool receive, __u32 prog_id, int *found);

#endif
