// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "live/hook_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/array.h"
#include "base/error.h"
#include "host/netns.h"
#include "kernel/object.h"
#include "pins/owner.h"
#include "base/clock.h"

#define RETRY_NS 30000000000ULL /* where an interface is there, but did not take the program */

/* The kind that a hook will most likely have; attaching tells. */
static enum hook_kind expected_kind(const struct hook_choice *choice, bool receive)
{
	enum hook_kind kind = HOOK_XDP_NATIVE;

	while (kind < HOOK_CLSACT && !attach_fits(kind, receive, choice))
		kind++;
	return kind;
}

static void add(struct hooks *hooks, const char *name, bool receive)
{
	const struct hook_choice *choice = hooks->choice;
	const struct object *object = hooks->object;
	struct hook *hook = &hooks->list[hooks->count++];

	*hook = (struct hook){ .kind = expected_kind(choice, receive), .receive = receive, .link_fd = -1 };
	snprintf(hook->ifname, sizeof(hook->ifname), "%s", name);
	if (!receive)
		hook->prog_fd = object->programs.tcpstate_tc_egress;
	else if (choice->rx_hook == RX_HOOK_TC)
		hook->prog_fd = object->programs.tcpstate_tc_ingress;
	else
		hook->prog_fd = object->programs.tcpstate_xdp;
}

int hooks_plan(struct hooks *hooks, const struct hook_choice *choice, const struct object *object,
	       const struct pins *pins)
{
	*hooks = (struct hooks){ .choice = choice, .object = object, .pins = pins };
	hooks->list = calloc(choice->interface_count * 2, sizeof(*hooks->list));
	if (!hooks->list)
		return fail(-ENOMEM, "out of memory while attaching");
	for (int i = 0; i < choice->interface_count; i++) {
		const char *name = choice->interfaces[i];

		if (choice->direction != DIRECTION_TX)
			add(hooks, name, true);
		if (choice->direction != DIRECTION_RX && !interface_loops(name))
			add(hooks, name, false);
	}
	return 0;
}

/* ---- one hook ------------------------------------------------------------ */

static bool is_first_of_interface(const struct hooks *hooks, const struct hook *hook)
{
	return hook == hooks->list || strcmp(hook[-1].ifname, hook->ifname);
}

/*
 * A link that is not pinned goes with us. A filter does not: so that nobody
 * who is killed leaves one that nobody knows of, its pin comes first.
 */
static int stage_filter(const struct hooks *hooks, struct hook *hook)
{
	hook->kind = HOOK_CLSACT;
	return attach_fits(HOOK_CLSACT, hook->receive, hooks->choice) ? pins_stage_hook(hooks->pins, hook) : 0;
}

static void unstage_filter(const struct hooks *hooks, const struct hook *hook)
{
	struct hook filter = *hook;

	filter.kind = HOOK_CLSACT;
	if (!hook->attached || hook->kind != HOOK_CLSACT)
		pins_unstage_hook(hooks->pins, &filter);
}

static int attach(const struct hooks *hooks, struct hook *hook)
{
	int err = stage_filter(hooks, hook);

	err = err ?: attach_hook(hook, hooks->choice);
	hook->attached = !err;
	unstage_filter(hooks, hook);
	return err ?: pins_add_hook(hooks->pins, hook);
}

static void tell_if_down(const struct hooks *hooks)
{
	for (int i = 0; i < hooks->count; i++) {
		const char *name = hooks->list[i].ifname;

		if (hooks->list[i].attached && is_first_of_interface(hooks, &hooks->list[i]) && is_down(name))
			notice("%s is down, so nothing comes or goes there: \"ip link set %s up\"", name, name);
	}
}

static void detach(const struct hooks *hooks, struct hook *hook)
{
	if (!hook->attached)
		return;
	detach_hook(hook);
	pins_remove_hook(hooks->pins, hook);
	hook->attached = false;
}

int hooks_attach(struct hooks *hooks)
{
	int err = 0;

	for (int i = 0; !err && i < hooks->count; i++) {
		struct hook *hook = &hooks->list[i];

		hook->ifindex = if_nametoindex(hook->ifname);
		err = hook->ifindex ? 0 : report_no_interface(hook->ifname);
		err = err ?: attach_check_one(hook->ifname, hooks->choice);
		err = err ?: attach(hooks, hook);
	}
	if (err)
		hooks_detach(hooks);
	tell_if_down(hooks);
	return err;
}

/* ---- adoption ------------------------------------------------------------ */

/* The wanted hook that this pinned one is, or NULL. */
static struct hook *find_wanted(const struct hooks *hooks, const struct pinned_hook *pinned)
{
	if (pinned->netns != netns_self() || !attach_fits(pinned->kind, pinned->receive, hooks->choice))
		return NULL;
	for (int i = 0; i < hooks->count; i++) {
		struct hook *hook = &hooks->list[i];

		if (hook->ifindex == pinned->ifindex && hook->receive == pinned->receive && !hook->attached)
			return hook;
	}
	return NULL;
}

static __u32 program_id(int prog_fd)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(prog_fd, &info, &size) ? 0 : info.id;
}

static int take_over_filter(const struct hooks *hooks, struct hook *hook, const struct pinned_hook *pinned)
{
	int err;

	/* Whenever we die: the program that is in the filter is pinned under one name or the other. */
	err = pinned->staged ? pins_settle_hook(hooks->pins, hook) : 0;
	err = err ?: pins_stage_hook(hooks->pins, hook);
	err = err ?: attach_swap(hook, program_id(pinned->fd));
	if (!err)
		return pins_settle_hook(hooks->pins, hook);
	pins_unstage_hook(hooks->pins, hook);
	pins_remove_hook(hooks->pins, hook);
	return err;
}

static int take_over_link(struct hook *hook, int pinned_fd)
{
	int err;

	hook->link_fd = fcntl(pinned_fd, F_DUPFD_CLOEXEC, 0);
	err = hook->link_fd < 0 ? -errno : attach_swap(hook, 0);
	if (err && hook->link_fd >= 0)
		close(hook->link_fd);
	if (err)
		hook->link_fd = -1;
	return err;
}

/* What is not wanted any more, or can't be taken over, is removed. */
static int adopt_hook(const struct hooks *hooks, const struct pinned_hook *pinned)
{
	struct hook *hook = find_wanted(hooks, pinned);
	int err = -ENOENT;

	if (hook) {
		hook->kind = pinned->kind;
		err = pinned->kind == HOOK_CLSACT ? take_over_filter(hooks, hook, pinned)
						  : take_over_link(hook, pinned->fd);
		hook->attached = !err;
	}
	if (!err)
		return 0;
	if (hook && attach_is_gone(err))
		notice("%s: its %s program was no longer attached", hook->ifname, hook->receive ? "receive" : "transmit");
	else if (hook)
		notice("%s: the %s program that is attached there can't be replaced (%s); it is taken off, and ours attached",
		       hook->ifname, hook->receive ? "receive" : "transmit", strerror(-err));
	return pinned_hook_remove(hooks->pins, pinned);
}

/* Taken together first: adoption renames what a walk would be walking over. */
struct found {
	struct pinned_hook *list;
	size_t count, room;
};

static int collect(void *arg, const struct pinned_hook *pinned)
{
	struct found *found = arg;
	struct pinned_hook *hook = ARRAY_ADD(found->list, found->count, found->room);

	if (!hook)
		return -ENOMEM;
	*hook = *pinned;
	hook->fd = fcntl(pinned->fd, F_DUPFD_CLOEXEC, 0);
	return hook->fd < 0 ? -errno : 0;
}

static int adopt_pinned(const struct hooks *hooks)
{
	struct found found = {};
	int err = running_hooks(hooks->pins->dir_fd, collect, &found);

	if (err)
		fail(err, "reading the pinned hooks in %s: %s", hooks->pins->dir, strerror(-err));
	/* What was only staged goes last, when there is nothing else it could be. */
	for (int staged = 0; staged < 2; staged++)
		for (size_t i = 0; !err && i < found.count; i++)
			if (found.list[i].staged == staged)
				err = adopt_hook(hooks, &found.list[i]);
	for (size_t i = 0; i < found.count; i++)
		close(found.list[i].fd);
	free(found.list);
	return err;
}

int hooks_adopt(struct hooks *hooks)
{
	int err;

	for (int i = 0; i < hooks->count; i++)
		hooks->list[i].ifindex = if_nametoindex(hooks->list[i].ifname);
	err = adopt_pinned(hooks);
	for (int i = 0; !err && i < hooks->count; i++) {
		struct hook *hook = &hooks->list[i];

		if (hook->attached)
			continue;
		if (hook->ifindex)
			err = attach_check_one(hook->ifname, hooks->choice) ?: attach(hooks, hook);
		else if (is_first_of_interface(hooks, hook))
			notice("%s: there is no such interface now; it will be watched when it returns", hook->ifname);
	}
	tell_if_down(hooks);
	return err;
}

/* ---- interfaces that come and go ----------------------------------------- */

/* Its programs went with it, or stay where they are not wanted: under another name, in another network namespace. */
static void lose(struct hooks *hooks, struct hook *hook, const char *why)
{
	detach(hooks, hook);
	if (is_first_of_interface(hooks, hook) || hook[-1].attached || hook[-1].ifindex != hook->ifindex)
		notice("%s: %s", hook->ifname, why);
}

void hooks_lose(struct hooks *hooks, unsigned int ifindex)
{
	for (int i = 0; i < hooks->count; i++)
		if (hooks->list[i].attached && hooks->list[i].ifindex == ifindex)
			lose(hooks, &hooks->list[i], "the interface is gone");
}

static int check(struct hooks *hooks, struct hook *hook, bool thorough)
{
	char other[IF_NAMESIZE], why[96];

	if (if_nametoindex(hook->ifname) == hook->ifindex) {
		if (!thorough || attach_holds(hook))
			return 0;
		detach(hooks, hook);
		hook->tried_ns = 0;
		notice("%s: somebody has taken the %s program off", hook->ifname, hook->receive ? "receive" : "transmit");
		return 1;
	}
	snprintf(why, sizeof(why), "the interface is gone");
	if (if_indextoname(hook->ifindex, other))
		snprintf(why, sizeof(why), "the interface is called %s now, and no longer watched", other);
	lose(hooks, hook, why);
	return 1;
}

static int attach_again(struct hooks *hooks, struct hook *hook)
{
	unsigned int ifindex = if_nametoindex(hook->ifname);
	bool same = ifindex == hook->ifindex;

	if (!ifindex || (same && hook->tried_ns && monotonic_ns() - hook->tried_ns < RETRY_NS))
		return 0;
	if (!hook->receive && interface_loops(hook->ifname))
		return 0;
	hook->ifindex = ifindex;
	if (attach_check_one(hook->ifname, hooks->choice) || attach(hooks, hook)) {
		detach(hooks, hook);
		hook->tried_ns = monotonic_ns();
		return 0;
	}
	hook->tried_ns = 0;
	hooks->reattached++;
	notice("%s: attached again: %s %s", hook->ifname, hook->receive ? "receive" : "transmit", hook_titles[hook->kind]);
	return 1;
}

int hooks_follow(struct hooks *hooks, bool thorough)
{
	int changed = 0;

	for (int i = 0; i < hooks->count; i++)
		if (hooks->list[i].attached)
			changed += check(hooks, &hooks->list[i], thorough);
	for (int i = 0; i < hooks->count; i++)
		if (!hooks->list[i].attached)
			changed += attach_again(hooks, &hooks->list[i]);
	return changed;
}

int hooks_attached(const struct hooks *hooks)
{
	int count = 0;

	for (int i = 0; i < hooks->count; i++)
		count += hooks->list[i].attached;
	return count;
}

void hooks_text(const struct hooks *hooks, char *text, size_t size)
{
	const struct hook *before = NULL;

	text[0] = 0;
	for (int i = 0; i < hooks->count; i++) {
		const struct hook *hook = &hooks->list[i];
		bool same = before && !strcmp(before->ifname, hook->ifname);
		size_t len = strlen(text);

		if (!hook->attached)
			continue;
		snprintf(text + len, size - len, "%s%s%s %s %s", same ? "," : before ? "; " : "", same ? "" : hook->ifname,
			 same ? "" : ":", hook->receive ? "receive" : "transmit", hook_titles[hook->kind]);
		before = hook;
	}
}

/* ---- the end ------------------------------------------------------------- */

void hooks_detach(struct hooks *hooks)
{
	while (hooks->count)
		detach(hooks, &hooks->list[--hooks->count]);
	hooks_leave(hooks);
}

void hooks_leave(struct hooks *hooks)
{
	for (int i = 0; i < hooks->count; i++)
		if (hooks->list[i].attached && hooks->list[i].link_fd >= 0)
			close(hooks->list[i].link_fd);
	free(hooks->list);
	hooks->list = NULL;
	hooks->count = 0;
}
