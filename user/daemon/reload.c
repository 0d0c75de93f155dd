// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * SIGHUP: the configuration read again. Timeouts, events, --track and FILTER
 * change while everything stays attached; for the rest it takes a restart,
 * which loses nothing either.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "options/file.h"
#include "daemon/daemon.h"
#include "base/error.h"
#include "events/log.h"
#include "flow/filter.h"
#include "kernel/settings.h"
#include "kernel/timeouts.h"
#include "flow/track_expression.h"
#include "kernel/track_maps.h"

/* ---- what differs ------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_interfaces(const struct options *a, const struct options *b)
{
	if (a->hooks.interface_count != b->hooks.interface_count)
		return false;
	for (int i = 0; i < a->hooks.interface_count; i++)
		if (strcmp(a->hooks.interfaces[i], b->hooks.interfaces[i]))
			return false;
	return true;
}

static bool same_timeouts(const struct options *a, const struct options *b)
{
	for (int state = 0; state < STATE_SLOTS; state++)
		if (kernel_timeout(&a->kernel, state) != kernel_timeout(&b->kernel, state))
			return false;
	return a->kernel.unconfirmed_ns == b->kernel.unconfirmed_ns;
}

#define TEXT 512

static void name(char list[TEXT], bool differs, const char *what)
{
	size_t len = strlen(list);

	if (differs)
		snprintf(list + len, TEXT - len, "%s%s", len ? ", " : "", what);
}

/* Names the options that differ and that only a restart changes. */
static void list_fixed(char list[TEXT], const struct options *a, const struct options *b)
{
	list[0] = 0;
	name(list, !same_interfaces(a, b), "interface");
	name(list, a->hooks.direction != b->hooks.direction, "direction");
	name(list, a->hooks.rx_hook != b->hooks.rx_hook, "hook");
	name(list, a->hooks.tx_hook != b->hooks.tx_hook, "tx-hook");
	name(list, a->kernel.max_flows != b->kernel.max_flows, "max-flows");
	name(list, a->kernel.max_embryos != b->kernel.max_embryos, "max-embryos");
	name(list, a->kernel.zone != b->kernel.zone, "zone");
	name(list, a->kernel.decap != b->kernel.decap, "no-decap");
	name(list, a->kernel.checksum != b->kernel.checksum, "checksum");
	name(list, a->kernel.ring_bytes != b->kernel.ring_bytes, "ring");
	name(list, !same_text(a->listen, b->listen), "listen");
	name(list, a->api_peers != b->api_peers, "api-peers");
	name(list, !same_text(a->events_file, b->events_file), "events-file");
	name(list, a->journal != b->journal, "journal");
	name(list, a->bpf_stats != b->bpf_stats, "bpf-stats");
	name(list, !same_text(a->pin_dir, b->pin_dir), "pin");
	name(list, a->events.count != b->events.count, "count");
	name(list, a->duration_ns != b->duration_ns, "duration");
	name(list, a->seed != b->seed, "no-seed");
}

static void list_live(char list[TEXT], const struct options *a, const struct options *b)
{
	list[0] = 0;
	name(list, !same_timeouts(a, b), "timeouts");
	name(list, a->events.types != b->events.types, "events");
	name(list, a->kernel.unconfirmed_events != b->kernel.unconfirmed_events, "unconfirmed-events");
	name(list, a->events_max_bytes != b->events_max_bytes, "events-max-size");
	name(list, a->events_keep != b->events_keep, "events-keep");
	name(list, !same_text(a->track, b->track), "track");
	name(list, strcmp(a->words, b->words), "filter");
	name(list, a->keep_attached != b->keep_attached, "keep-attached");
	name(list, a->audit_ns != b->audit_ns, "audit");
}

/* ---- putting it in force ------------------------------------------------------ */

static int write_maps(const struct monitor *m, const struct options *o, const struct track *track)
{
	static const struct track all;
	int lock = pins_lock_changes(m->pins.dir_fd, m->pins.dir), err;

	if (lock < 0)
		return lock;
	err = settings_write(&m->object.maps, &o->kernel, o->events.types);
	err = err ?: track_apply(&m->object.maps, track ?: &all);
	close(lock);
	return err;
}

/* fresh becomes the daemon's, also what it points to. */
static void take_live(struct daemon *d, struct options *fresh)
{
	char *words = d->options.words;

	d->options.kernel.msl_ns = fresh->kernel.msl_ns;
	d->options.kernel.unconfirmed_ns = fresh->kernel.unconfirmed_ns;
	memcpy(d->options.kernel.timeout_ns, fresh->kernel.timeout_ns, sizeof(d->options.kernel.timeout_ns));
	d->options.events.types = fresh->events.types;
	d->options.kernel.unconfirmed_events = fresh->kernel.unconfirmed_events;
	d->options.events_max_bytes = fresh->events_max_bytes;
	d->options.events_keep = fresh->events_keep;
	if (d->log)
		event_log_bound(d->log, fresh->events_max_bytes, fresh->events_keep);
	d->options.track = fresh->track;
	d->options.keep_attached = fresh->keep_attached;
	d->options.audit_ns = fresh->audit_ns;
	/* Each frees its own words. */
	d->options.words = fresh->words;
	fresh->words = words;
	if (d->reloaded)
		options_free(d->reloaded);
	free(d->reloaded);
	d->reloaded = fresh;
}

static int apply(struct daemon *d, struct monitor *m, struct options *fresh)
{
	char live[TEXT], fixed[TEXT];
	struct filter *filter;
	struct track *track;
	int err;

	list_fixed(fixed, &d->options, fresh);
	/* The events go where they went. */
	fresh->events_file = d->options.events_file;
	fresh->journal = d->options.journal;
	err = daemon_complete(fresh);
	err = err ?: daemon_choices(fresh, &track, &filter);
	if (err)
		return err;
	list_live(live, &d->options, fresh);
	err = write_maps(m, fresh, track);
	if (err) {
		free(track);
		filter_free(filter);
		return err;
	}
	dispatch_change(&m->dispatch, filter, &fresh->events, kernel_timeout(&fresh->kernel, STATE_TIME_WAIT));
	filter_free(d->filter);
	free(d->track);
	d->filter = filter;
	d->track = track;
	take_live(d, fresh);
	m->choice.keep_attached = d->options.keep_attached;
	m->audit.period_ns = m->audit.lookup.netlink ? d->options.audit_ns : 0;
	notice("%s: read again; changed: %s", d->given->config, live[0] ? live : "nothing");
	if (fixed[0])
		notice("%s: for these to change, too, it has to be restarted: %s", d->given->config, fixed);
	return 0;
}

void daemon_reload(struct daemon *d, struct monitor *m)
{
	struct options *fresh;
	int err;

	if (!d->given->config)
		return;
	fresh = malloc(sizeof(*fresh));
	if (!fresh) {
		fail(-ENOMEM, "out of memory while reading %s again", d->given->config);
		return;
	}
	err = config_apply(fresh, d->given, d->groups, "run");
	if (err) {
		free(fresh);
		notice("%s: nothing is changed", d->given->config);
		return;
	}
	err = apply(d, m, fresh);
	if (!err)
		return;
	options_free(fresh);
	free(fresh);
	notice("%s: nothing is changed", d->given->config);
}
