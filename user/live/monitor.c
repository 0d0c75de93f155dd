// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "live/monitor.h"

#include <errno.h>
#include <string.h>

#include "live/adopt.h"
#include "base/error.h"
#include "kernel/refusal.h"
#include "kernel/table_shape.h"
#include "events/choice.h"
#include "host/tunnel_devices.h"
#include "kernel/timeouts.h"
#include "base/out.h"
#include "kernel/settings.h"
#include "events/sink.h"
#include "kernel/sweep.h"
#include "flow/track_expression.h"
#include "kernel/track_maps.h"
#include "base/clock.h"

#define DRAIN_MS 50          /* an event waits no longer than this for the terminal */
#define THOROUGH_SECONDS 5  /* between two looks whether our hooks are still attached */

/* ---- events --------------------------------------------------------------- */

static int flush(struct monitor *m)
{
	return m->duties ? m->duties->flush(m->duties) : out_flush(m->sink->out);
}

/* A portion of the ring, written, and only then given back. As ring_drain. */
static int drain(struct monitor *m)
{
	int result = ring_drain(&m->ring), err;

	if (result < 0)
		return result;
	err = flush(m);
	if (err)
		return err;
	ring_commit(&m->ring);
	return result;
}

/* ---- a second's duties --------------------------------------------------- */

static int sweep(struct monitor *m, bool draining)
{
	int more;

	do {
		more = sweep_step(m->object.programs.tcpstate_sweep);
		if (more < 0)
			return fail(more, "sweeping the flow table: %s", strerror(-more));
		if (draining) {
			int err = drain(m);

			if (err < 0 || err == DISPATCH_DONE)
				return err;
		}
	} while (more);
	return 0;
}

static void tell_second(struct monitor *m)
{
	m->wakeups.tick = false;
	m->seconds++;
	if (m->duties)
		m->duties->second(m->duties, m);
}

static int tell_lost(struct monitor *m)
{
	int told = dispatch_lost(&m->dispatch, m->object.maps.counters);

	return told > 0 ? instance_note_untold(&m->object.maps, m->dispatch.lost, m->dispatch.left_out) : told;
}

static void on_gone(void *arg, unsigned int ifindex)
{
	struct monitor *m = arg;

	hooks_lose(&m->hooks, ifindex);
	m->links_changed = true;
}

/* Tunnel devices may have come or gone: an end host opens the tunnels that one of its own listens for. */
static void follow_tunnels(struct monitor *m)
{
	__u8 open = 0;

	/* Where it can't be known, none is: what is not opened is counted, what is forged would be believed. */
	if (object_asks_for_tunnels(&m->object) && !tunnel_devices(&open))
		object_open_tunnels(&m->object, open);
}

static int follow_interfaces(struct monitor *m, bool thorough)
{
	const __u64 before = m->hooks.reattached;
	bool changed = hooks_follow(&m->hooks, thorough) || m->links_changed;

	m->links_changed = false;
	follow_tunnels(m);
	if (m->hooks.reattached != before) {
		if (settings_note_blind(&m->object.maps))
			return -EIO;
		seeding_run(&m->seeding, &m->hooks);
	}
	if (changed && m->duties)
		m->duties->hooks_changed(m->duties, m);
	if (!m->duties && !hooks_attached(&m->hooks))
		return fail(-ENODEV, "no interface is left to watch");
	return 0;
}

static int on_second(struct monitor *m)
{
	int err;

	tell_second(m);
	err = sweep(m, true);
	audit_second(&m->audit);
	opener_walk_second(&m->whose);
	if (wall_clock_refresh(m->sink->clock))
		err = err ?: instance_note_clock(&m->object.maps, m->sink->clock->offset);
	err = err ?: tell_lost(m);
	return err ?: follow_interfaces(m, m->seconds % THOROUGH_SECONDS == 0);
}

/*
 * For struct out: until the reader takes more. A reader that is stuck must not
 * keep us from a signal, nor flows from expiring; what the ring can't hold
 * meanwhile is counted as lost by the programs.
 */
static int wait_for_reader(void *arg, int fd)
{
	struct monitor *m = arg;
	int err;

	while ((err = wakeups_await_writer(&m->wakeups, fd)) == -EAGAIN)
		if (m->wakeups.tick) {
			tell_second(m);
			sweep(m, false);
		}
	return err;
}

/* ---- start, run, end ------------------------------------------------------ */

static void report_ready(const struct monitor *m)
{
	char text[1024];

	hooks_text(&m->hooks, text, sizeof(text));
	notice("watching %s. %s", text[0] ? text : "nothing yet", m->duties ? "SIGTERM ends it" : "Ctrl-C stops");
}

/*
 * 0 or a reported error. m->adopted: what is there is to be gone on with; after
 * an error: is not ours to take down.
 */
static int claim(struct monitor *m, struct adopted *adopted)
{
	int err;

	if (!m->choice.pin_dir)
		return 0;
	err = pins_claim(&m->pins, m->choice.pin_dir, &m->adopted);
	if (err || !m->adopted)
		return err;
	err = m->duties ? adopt_open(adopted, &m->pins, &m->choice) : adopt_refuse(&m->pins);
	if (err < 0)
		return err;
	m->adopted = err;
	return 0;
}

static int load(struct monitor *m)
{
	struct adopted adopted;
	int err = claim(m, &adopted);

	if (err)
		return err;
	err = object_load(&m->object, m->choice.kernel, m->choice.hooks, m->choice.events->types,
			  m->adopted ? &adopted : NULL);
	if (!err)
		follow_tunnels(m);
	if (!err && m->adopted) {
		/* An event that the dead one had told, but not taken from the ring, is told again with the same time. */
		wall_clock_follow(m->sink->clock, adopted.instance.wall_offset);
		memcpy(m->dispatch.lost, adopted.instance.lost_told, sizeof(m->dispatch.lost));
		memcpy(m->dispatch.left_out, adopted.instance.left_out_told, sizeof(m->dispatch.left_out));
		notice("going on with what xdp-tcpstate %s (pid %u, gone) left in %s", adopted.instance.version,
		       adopted.instance.pid, m->pins.dir);
	}
	if (m->adopted)
		adopt_close(&adopted);
	return err ?: instance_note_clock(&m->object.maps, m->sink->clock->offset);
}

/* Adopted programs have run with the choice of the one before; "track" may have changed that since. */
static int choose_tracked(struct monitor *m, const struct track *track)
{
	static const struct track all;

	if (!track && !m->adopted)
		return 0;
	if (m->adopted && !track_is(&m->object.maps, track ?: &all))
		notice("what is tracked changes to what this one was started with");
	return track_apply(&m->object.maps, track ?: &all);
}

static int prepare(struct monitor *m, const struct track *track)
{
	int err = load(m);

	err = err ?: choose_tracked(m, track);
	err = err ?: ring_open(&m->ring, m->object.events, dispatch_record, &m->dispatch);
	m->ring.hold = true;
	err = err ?: wakeups_add(&m->wakeups, ring_fd(&m->ring));
	err = err ?: netlink_watch_open(&m->links, on_gone, m);
	return err ?: wakeups_add(&m->wakeups, netlink_watch_fd(&m->links));
}

/* While there are capabilities. */
static int open_whose(struct monitor *m)
{
	int err = opener_walk_open(&m->whose, &m->pins, m->choice.kernel->max_flows);

	m->sink->whose = m->dispatch.whose = &m->whose.source;
	return err;
}

static int attach(struct monitor *m)
{
	int err = pins_add_object(&m->pins, &m->object, m->adopted);

	/* Loaded before, so that little time passes from the hooks' attachment to the walk. */
	if (m->choice.seed)
		err = err ?: seeding_open(&m->seeding, &m->object.maps, &m->pins, zone_of(m->choice.kernel, m->choice.hooks->direction));
	else
		pins_remove_iterator(&m->pins);
	err = err ?: open_whose(m);
	err = err ?: hooks_plan(&m->hooks, m->choice.hooks, &m->object, &m->pins);
	err = err ?: m->adopted ? hooks_adopt(&m->hooks) : hooks_attach(&m->hooks);
	if (!err)
		seeding_run(&m->seeding, &m->hooks);
	audit_open(&m->audit, m->choice.audit_ns, &m->object, &m->hooks);
	if (!err && m->duties)
		err = m->duties->attached(m->duties, m);
	return err;
}

static int start(struct monitor *m, const struct filter *filter, const struct track *track)
{
	int err = check_permission();

	dispatch_init(&m->dispatch, m->sink, filter, m->choice.events, kernel_timeout(m->choice.kernel, STATE_TIME_WAIT));
	err = err ?: prepare(m, track);
	err = err ?: attach(m);
	if (err)
		return err;
	if (m->choice.duration_ns)
		m->wakeups.deadline = monotonic_ns() + m->choice.duration_ns;
	report_ready(m);
	m->sink->start(m->sink);
	return flush(m);
}

static int run(struct monitor *m)
{
	int err = 0;

	while (!m->wakeups.stop) {
		wakeups_await(&m->wakeups, m->more ? 0 : DRAIN_MS);
		err = drain(m);
		m->more = err == 1;
		if (err < 0 || err == DISPATCH_DONE)
			break;
		err = m->wakeups.tick ? on_second(m) : 0;
		if (!err && m->wakeups.news && netlink_watch_read(&m->links))
			err = follow_interfaces(m, false);
		m->wakeups.news = false;
		if (!err && m->wakeups.hangup) {
			m->wakeups.hangup = false;
			m->duties->hangup(m->duties, m);
		}
		err = err ?: flush(m);
		if (err)
			break;
	}
	return err;
}

/*
 * Once the programs are off, what they have left in the ring is all there will
 * be. If they stay, more is to come, and the rest is the next one's.
 */
static int finish(struct monitor *m, bool leave)
{
	int err;

	do
		err = drain(m);
	while (err == 1 && !leave);
	if (err >= 0 && err != DISPATCH_DONE)
		err = tell_lost(m);
	return err == DISPATCH_DONE ? 0 : err;
}

/* What ended the output is no failure of ours, unless it is. */
static int report_output(int err)
{
	switch (err) {
	case -EPIPE: /* head(1) has seen enough */
		return 0;
	case -ETIMEDOUT:
		notice("whoever reads the output did not take the rest of it; it is lost");
		return 0;
	default:
		return fail(err, "writing the output: %s", strerror(-err));
	}
}

/*
 * To be attached still when this process is gone: where that was asked for; or
 * where it could not start, and what it found goes on without it.
 */
static bool leaves(const struct monitor *m, bool started)
{
	return started ? m->choice.keep_attached && !m->wakeups.take_down : m->adopted;
}

static int end(struct monitor *m, int err, bool leave)
{
	struct out *out = m->sink->out;

	m->wakeups.stop = true;
	if (m->duties)
		m->duties->ending(m->duties, m);
	audit_close(&m->audit);
	opener_walk_close(&m->whose);
	seeding_close(&m->seeding);
	if (leave)
		hooks_leave(&m->hooks);
	else
		hooks_detach(&m->hooks);
	if (!err)
		err = finish(m, leave);
	if (m->duties)
		m->duties->flush(m->duties);
	else if (!out->error)
		out_flush(out);
	if (!m->duties && out->error)
		err = report_output(out->error);
	if (leave)
		pins_leave(&m->pins);
	else
		pins_release(&m->pins);
	return err;
}

int monitor_run(const struct live_choice *choice, struct sink *sink, const struct filter *filter,
		const struct track *track, struct duties *duties)
{
	struct monitor m = { .choice = *choice, .sink = sink, .duties = duties, .pins.dir_fd = -1 };
	struct out *out = sink->out;
	bool started = false;
	int err;

	err = wakeups_open(&m.wakeups, !duties);
	out->wait = wait_for_reader;
	out->wait_arg = &m;
	err = err ?: start(&m, filter, track);
	started = !err;
	err = err ?: run(&m);
	err = end(&m, err, leaves(&m, started));
	netlink_watch_close(&m.links);
	ring_close(&m.ring);
	object_close(&m.object);
	wakeups_close(&m.wakeups);
	out->wait = NULL;
	return err < 0 ? err : 0;
}
