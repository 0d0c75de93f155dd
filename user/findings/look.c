// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/look.h"

#include <errno.h>

#include "base/clock.h"
#include "host/netns.h"

int look_open(struct look *l, const char *pin_dir, const char *words)
{
	int err;

	*l = (struct look){};
	err = filter_parse(words, FILTER_FLOWS, &l->filter);
	if (err)
		return err;
	err = running_open(&l->running, pin_dir);
	if (err) {
		filter_free(l->filter);
		return err;
	}
	l->now = monotonic_ns();
	l->two_msl_ns = running_timeout(&l->running, STATE_TIME_WAIT);
	if (filter_asks_whose(l->filter))
		look_whose(l);
	return 0;
}

void look_whose(struct look *l)
{
	whose_look_open(&l->whose, &l->running, true);
}

void look_close(struct look *l)
{
	whose_look_close(&l->whose);
	running_close(&l->running);
	filter_free(l->filter);
}

struct walk {
	const struct look *look;
	table_visit *visit;
	void *arg;
};

static int visit_chosen(void *arg, const struct flow *f, const struct history *h)
{
	struct walk *walk = arg;

	return filter_match_flow(walk->look->filter, f, h, walk->look->now, &walk->look->whose.source) ? walk->visit(walk->arg, f, h) : 0;
}

int look_flows(struct look *l, table_visit *visit, void *arg)
{
	struct walk walk = { l, visit, arg };

	return table_each(&l->running.maps, l->running.instance.sets, visit_chosen, &walk);
}

int look_in_netns(struct look *l, int (*read)(void *arg), void *arg)
{
	int left = running_enter_netns(&l->running), err;

	if (left < 0)
		return left;
	err = read(arg);
	netns_leave(left);
	return err;
}
