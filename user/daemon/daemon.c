// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "daemon/daemon.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "hooks/hook.h"
#include "options/file.h"
#include "base/error.h"
#include "events/log.h"
#include "flow/filter.h"
#include "serve/http.h"
#include "daemon/privileges.h"
#include "daemon/systemd.h"
#include "kernel/settings.h"
#include "serve/survey.h"
#include "flow/track_expression.h"

static struct daemon *daemon_of(struct duties *duties)
{
	return (struct daemon *)((char *)duties - offsetof(struct daemon, duties));
}

/* ---- events ---------------------------------------------------------------- */

static void no_start(struct sink *sink) {}
static void no_state(struct sink *sink, const struct event *event) {}
static void no_time_wait(struct sink *sink, const struct wait_event *event) {}
static void no_stray(struct sink *sink, const struct stray_event *event) {}
static void no_flow(struct sink *sink, const struct flow_record *record) {}
static void no_lost(struct sink *sink, const struct lost_event *event) {}

static void open_nowhere(struct daemon *d)
{
	d->nowhere = (struct sink){
		.start = no_start, .state = no_state, .time_wait = no_time_wait, .stray = no_stray, .flow = no_flow,
		.lost = no_lost, .out = &d->nothing, .clock = &d->clock,
	};
}

static int open_log(struct daemon *d)
{
	int err = 0;

	wall_clock_init(&d->clock);
	open_nowhere(d);
	if (d->options.events_file)
		err = event_log_to_file(&d->log, d->options.events_file, &d->clock);
	else if (d->options.journal)
		err = event_log_to_journal(&d->log, NULL, &d->clock);
	if (d->log)
		event_log_bound(d->log, d->options.events_max_bytes, d->options.events_keep);
	return err;
}

static int flush(struct duties *duties)
{
	struct daemon *d = daemon_of(duties);

	if (d->log)
		event_log_flush(d->log);
	return 0;
}

/* ---- what the metrics are told ---------------------------------------------- */

static void tell_hooks(struct daemon *d, const struct hooks *hooks)
{
	struct metrics_hook told[2 * MAX_INTERFACES];

	for (int i = 0; i < hooks->count; i++) {
		const struct hook *hook = &hooks->list[i];

		told[i] = (struct metrics_hook){
			.receive = hook->receive, .kind = hook_names[hook->kind], .attached = hook->attached,
		};
		memcpy(told[i].interface, hook->ifname, sizeof(told[i].interface));
	}
	metrics_source_hooks(&d->metrics, told, hooks->count);
	for (; d->reattached < hooks->reattached; d->reattached++)
		metrics_source_reattached(&d->metrics);
}

static enum api_peers peers_to_name(const struct daemon *d)
{
	if (d->options.api_peers)
		return API_PEERS_ALL;
	return !d->http || http_is_local(d->http) ? API_PEERS_OWN : API_PEERS_NONE;
}

static int start_metrics(struct daemon *d, struct monitor *m)
{
	struct instance instance;
	int err = instance_read(m->object.maps.instance, &instance);

	if (err)
		return fail(err, "reading who runs from the kernel's maps: %s", strerror(-err));
	err = survey_start(&d->survey, &m->object.maps, instance.sets, &m->whose.source);
	if (err)
		return err;
	metrics_source_init(&d->metrics, &m->object.maps, &instance, d->survey);
#define X(name) metrics_source_program(&d->metrics, #name, m->object.programs.name);
	PROGRAMS(X)
#undef X
	tell_hooks(d, &m->hooks);
	d->metrics.peers = peers_to_name(d);
	return 0;
}

/* ---- the stations ------------------------------------------------------------ */

static void enable_stats(struct daemon *d)
{
	d->stats_fd = d->options.bpf_stats ? bpf_enable_stats(BPF_STATS_RUN_TIME) : -1;
	if (d->options.bpf_stats && d->stats_fd < 0)
		notice("--bpf-stats: the kernel does not measure the programs' run times: %s", strerror(-d->stats_fd));
}

/* Attaching anew an interface that returns takes CAP_NET_ADMIN where it is done with a tc filter. */
static bool may_need_filters(const struct hooks *hooks)
{
	bool knows_tcx = false, filters = false;

	for (int i = 0; i < hooks->count; i++) {
		const struct hook *hook = &hooks->list[i];

		knows_tcx |= hook->attached && hook->kind == HOOK_TCX;
		filters |= attach_fits(HOOK_CLSACT, hook->receive, hooks->choice);
	}
	return filters && !knows_tcx;
}

static void report_served(const struct daemon *d, const char *kept)
{
	notice("all privileges are given up that can be; it goes on with %s", kept);
	if (d->http)
		notice("metrics at http://%s/metrics, a page at http://%s/", http_address(d->http), http_address(d->http));
}

static void tell_status(const struct hooks *hooks, void (*tell)(const char *))
{
	char text[1024] = "watching ";
	size_t len = strlen(text);

	hooks_text(hooks, text + len, sizeof(text) - len);
	tell(text[len] ? text : "waiting for its interfaces");
}

static void tell_service(const char *text)
{
	service_status("%s", text);
}

static int attached(struct duties *duties, struct monitor *m)
{
	struct daemon *d = daemon_of(duties);
	const struct needs needs = {
		.tc_filters = may_need_filters(&m->hooks),
		.pin_dir = d->options.pin_dir,
		.events_file = d->options.events_file,
	};
	struct http_content content;
	char kept[256];
	int err;

	err = privileges_drop(&needs, kept, sizeof(kept));
	if (!err && d->log)
		event_log_check_reopen(d->log);
	err = err ?: start_metrics(d, m);
	content = metrics_content(&d->metrics);
	if (!err && d->http)
		err = http_serve(d->http, &content);
	if (err)
		return err;
	report_served(d, kept);
	tell_status(&m->hooks, service_ready);
	return 0;
}

/* The metrics show these counts, and so does "status", which is another process and reads them from a map. */
static void tell_log(struct daemon *d, const struct monitor *m)
{
	const struct log_counts counts = event_log_counts(d->log);

	if (!memcmp(&counts, &d->noted, sizeof(counts)))
		return;
	metrics_source_log(&d->metrics, &counts);
	if (!instance_note_log(&m->object.maps, &counts))
		d->noted = counts;
}

static void second(struct duties *duties, struct monitor *m)
{
	struct daemon *d = daemon_of(duties);

	service_alive();
	metrics_source_audit(&d->metrics, &m->audit.counts);
	if (d->log)
		tell_log(d, m);
}

static void hooks_changed(struct duties *duties, struct monitor *m)
{
	tell_hooks(daemon_of(duties), &m->hooks);
	tell_status(&m->hooks, tell_service);
}

static void hangup(struct duties *duties, struct monitor *m)
{
	struct daemon *d = daemon_of(duties);

	service_reloading();
	if (d->log)
		event_log_reopen(d->log);
	daemon_reload(d, m);
	tell_status(&m->hooks, service_ready);
}

static void ending(struct duties *duties, struct monitor *m)
{
	struct daemon *d = daemon_of(duties);

	service_stopping();
	http_close(d->http);
	survey_stop(d->survey);
	d->http = NULL;
	d->survey = NULL;
}

/* ---- start and end ------------------------------------------------------------ */

int daemon_complete(struct options *o)
{
	if (o->events_file && o->journal)
		return fail_usage("--events-file and --journal: the events go to one of them");
	if (o->events_max_bytes && o->events_max_bytes / (o->events_keep + 1) < EVENTS_FILE_LEAST)
		return fail_usage("--events-max-size %llu: of it each of %u files (--events-keep) has less than %u KiB",
				  o->events_max_bytes, o->events_keep + 1, EVENTS_FILE_LEAST >> 10);
	o->kernel.daemon = o->pin = true;
	if (!o->events_given)
		o->events.types = 1 << EVENT_FLOW; /* one record a connection, where states take ten lines */
	if (!o->events_file && !o->journal)
		o->events.types = 0; /* the programs need not tell what nobody takes */
	return 0;
}

int daemon_choices(const struct options *o, struct track **track, struct filter **filter)
{
	/* A filter of events that nobody takes is read all the same: 0 is all of them. */
	int err = filter_parse(o->words, o->events.types, filter);

	*track = NULL;
	if (err || !o->track)
		return err;
	*track = malloc(sizeof(**track));
	err = *track ? track_parse(o->track, *track) : fail(-ENOMEM, "out of memory while reading --track");
	if (err) {
		free(*track);
		filter_free(*filter);
	}
	return err;
}

/* After a crash an interface may be gone: those that have been attached to before are waited for. */
static int check_interfaces(const struct options *o)
{
	if (!o->hooks.interface_count || access(o->pin_dir, F_OK))
		return attach_check(&o->hooks);
	return 0;
}

/* Whoever may connect may read: there are no passwords. */
static int open_http(struct daemon *d)
{
	const struct options *o = &d->options;
	int err = o->listen ? http_open(&d->http, o->listen) : 0;

	if (!err && d->http && !http_is_local(d->http))
		notice("--listen %s is open to the network: whoever reaches %s can read metrics, page and summary without a password%s. Let a firewall choose who may, or listen for this machine alone: --listen " HTTP_LISTEN,
		       o->listen, http_address(d->http),
		       o->api_peers ? ", and with --api-peers who is connected to whom" : "");
	return err;
}

static int run(struct daemon *d)
{
	struct sink *sink;
	int err = daemon_complete(&d->options);

	err = err ?: check_interfaces(&d->options);
	err = err ?: daemon_choices(&d->options, &d->track, &d->filter);
	if (err)
		return err;
	/* What may fail for reasons outside, and what needs privileges, comes before anything is attached. */
	err = open_http(d);
	err = err ?: open_log(d);
	if (!err)
		enable_stats(d);
	sink = d->log ? event_log_sink(d->log) : &d->nowhere;
	if (!err) {
		struct live_choice choice = options_live(&d->options);

		err = monitor_run(&choice, sink, d->filter, d->track, &d->duties);
	}
	event_log_close(d->log);
	http_close(d->http);
	if (d->stats_fd >= 0)
		close(d->stats_fd);
	filter_free(d->filter);
	free(d->track);
	return err;
}

int daemon_run(const struct options *given, const struct option_group *const *groups)
{
	struct daemon *d = calloc(1, sizeof(*d));
	int err;

	if (!d)
		return fail(-ENOMEM, "out of memory while starting");
	d->duties = (struct duties){
		.attached = attached, .second = second, .hooks_changed = hooks_changed,
		.hangup = hangup, .flush = flush, .ending = ending,
	};
	d->groups = groups;
	d->given = given;
	d->stats_fd = -1;
	err = config_apply(&d->options, given, groups, "run");
	if (!err) {
		err = run(d);
		options_free(&d->options);
	}
	if (d->reloaded)
		options_free(d->reloaded);
	free(d->reloaded);
	free(d);
	return err;
}
