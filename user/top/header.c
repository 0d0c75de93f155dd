// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The head of top's screen: whose it is, what goes by per second, what is wrong. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "hooks/hook.h"
#include "flow/names.h"
#include "top/picture.h"
#include "top/screen.h"
#include "top/numbers.h"
#include "top/ui.h"
#include "base/clock.h"

#define RATE(ui, member) rate_text(ui, growth((ui)->sample.now.member, (ui)->sample.then.member))

/* One of a few buffers, so that several fit into one line's arguments. */
static const char *rate_text(const struct top_ui *ui, __u64 grown)
{
	static char texts[8][NUMBER_TEXT];
	static unsigned int next;

	return number_text(texts[next++ % 8], sample_rate(&ui->sample, grown), sample_has_rates(&ui->sample));
}

/* ---- whose ------------------------------------------------------------------------ */

static bool is_first_of_interface(const struct status *status, int at)
{
	for (int i = 0; i < at; i++)
		if (!strcmp(status->hooks[i].interface, status->hooks[at].interface))
			return false;
	return true;
}

/* "eth0 (rx xdp-native, tx tcx)", interface by interface; as many as fit into it. */
static void hooks_text(const struct status *status, char *text, size_t size)
{
	size_t n = 0;

	text[0] = 0;
	for (int i = 0; i < status->hook_count && n + 96 < size; i++) {
		const char *between = "";

		if (!is_first_of_interface(status, i))
			continue;
		n += snprintf(text + n, size - n, "%s%s (", n ? "  " : "", status->hooks[i].interface);
		for (int k = 2 * status->hook_count; k-- > 0;) { /* first what receives */
			const struct status_hook *hook = &status->hooks[k % status->hook_count];

			if (hook->pinned.receive != (k >= status->hook_count) || n + 48 > size ||
			    strcmp(hook->interface, status->hooks[i].interface))
				continue;
			n += snprintf(text + n, size - n, "%s%s %s%s", between, hook->pinned.receive ? "rx" : "tx",
				      hook_names[hook->pinned.kind], hook->attached ? "" : " DETACHED");
			between = ", ";
		}
		n += snprintf(text + n, size - n, ")");
	}
	if (!status->hook_count)
		snprintf(text, size, "no hooks");
}

int draw_title(const struct top_ui *ui, int row, int cols)
{
	const struct instance *instance = &ui->source.running.instance;
	char hooks[256], age[DURATION_TEXT], now[16], every[32], owner[OWNER_TEXT];
	time_t t = time(NULL);
	struct line line;
	struct tm tm;
	int len;

	localtime_r(&t, &tm);
	strftime(now, sizeof(now), "%H:%M:%S", &tm);
	snprintf(every, sizeof(every), "%s%.3gs", ui->every_ns > ui->interval_ns ? "slowed to " : "every ",
		 ui->every_ns / 1e9);
	duration_text(age, ui->sample.time - instance->started_ns);
	draw_text(row, 0, cols, STYLE_OF_TITLE, "");
	len = strlen(now) + 1;
	line = line_at(row, 1, cols - len - 2);
	line_item(&line, STYLE_OF_TITLE, cols < 60 ? "tcpstate top" : "xdp-tcpstate top");
	if (ui->paused)
		line_item(&line, STYLE_OF_ALARM, " PAUSED ");
	else
		line_item(&line, STYLE_OF_TITLE, "%s", every);
	hooks_text(ui->source.status, hooks, sizeof(hooks));
	line_item(&line, STYLE_OF_TITLE, "%s", hooks);
	line_item(&line, STYLE_OF_TITLE, "up %s", age);
	line_item(&line, STYLE_OF_TITLE, "%s", owner_text(owner, instance->pid));
	if (instance->adoptions)
		line_item(&line, STYLE_OF_TITLE, "adopted %u time%s", instance->adoptions,
			  instance->adoptions == 1 ? "" : "s");
	draw_right(row, cols - len - 1, len, STYLE_OF_TITLE, now);
	return row + 1;
}

/* ---- what goes by -------------------------------------------------------------------- */

/* label, number */
static void item(struct line *line, const char *label, const char *number)
{
	line_pair(line, STYLE_OF_FAINT, label, STYLE_OF_HEAD, number);
}

int draw_rates(const struct top_ui *ui, int row, int cols)
{
	const struct instance *instance = &ui->source.running.instance;
	double segments = COUNTER_RATE(&ui->sample, count[COUNT_SEGMENTS]);
	double fast = COUNTER_RATE(&ui->sample, count[COUNT_FAST]);
	struct line line = line_at(row, 0, cols);
	char text[NUMBER_TEXT];

	item(&line, "segments/s", RATE(ui, count[COUNT_SEGMENTS]));
	item(&line, "bytes/s", RATE(ui, count[COUNT_PAYLOAD_BYTES]));
	item(&line, "opened/s", RATE(ui, count[COUNT_FLOWS_OPENED]));
	item(&line, "forgotten/s", RATE(ui, count[COUNT_FLOWS_CLOSED]));
	snprintf(text, sizeof(text), "%zu", ui->sample.count);
	if (line_pair(&line, STYLE_OF_FAINT, "connections", STYLE_OF_HEAD, text))
		line_more(&line, STYLE_OF_FAINT, " of %u", instance->max_flows);
	snprintf(text, sizeof(text), "%.0f%%", segments > 0 ? 100 * fast / segments : 0);
	if (segments > 0)
		item(&line, "fast path", text);
	return row + 1;
}

static __u64 closed_by(const struct top_ui *ui, enum closer by, enum close_how how)
{
	return growth(all_closes(&ui->sample.now, by, how), all_closes(&ui->sample.then, by, how));
}

static __u64 closed_how(const struct top_ui *ui, enum close_how how)
{
	__u64 sum = 0;

	for (unsigned int by = 0; by < CLOSER_COUNT; by++)
		sum += closed_by(ui, by, how);
	return sum;
}

/* "FIN 12 (initiator 8, responder 4)": who began it, where there is anything to say. */
static void close_item(const struct top_ui *ui, struct line *line, const char *label, enum close_how how)
{
	__u64 sum = closed_how(ui, how);
	char text[160];
	int n = 0;

	item(line, label, rate_text(ui, sum));
	for (unsigned int by = 0; by < CLOSER_COUNT && how != CLOSE_TIMEOUT; by++)
		if (closed_by(ui, by, how))
			n += snprintf(text + n, sizeof(text) - n, "%s%s %s", n ? ", " : "", closer_name(by),
				      rate_text(ui, closed_by(ui, by, how)));
	if (n)
		line_more(line, STYLE_OF_TEXT, " (%s)", text);
}

int draw_closes(const struct top_ui *ui, int row, int cols)
{
	struct line line = line_at(row, 0, cols);

	line_item(&line, STYLE_OF_FAINT, "closes/s:");
	close_item(ui, &line, "FIN", CLOSE_FIN);
	close_item(ui, &line, "RST", CLOSE_RST);
	close_item(ui, &line, "timeout", CLOSE_TIMEOUT);
	return row + 1;
}

/* ---- what is wrong ------------------------------------------------------------------- */

/* Since the start; and per second, if there are more of them. */
static void loss(const struct top_ui *ui, struct line *line, const char *label, __u64 now, __u64 then)
{
	__u64 grown = sample_has_rates(&ui->sample) ? growth(now, then) : 0;

	if (!now)
		return;
	if (grown)
		line_item(line, STYLE_OF_ALARM, "%s %llu +%s/s", label, now, rate_text(ui, grown));
	else
		line_item(line, STYLE_OF_WARNING, "%s %llu", label, now);
}

static __u64 events_lost(const struct counters *c, unsigned int reason)
{
	__u64 sum = 0;

	for (unsigned int type = 0; type < EVENT_TYPES; type++)
		sum += c->lost[reason][type];
	return sum;
}

/* Events are left out where what anybody can fabricate has used up its budget. */
static __u64 events_left_out(const struct counters *c)
{
	__u64 sum = 0;

	for (unsigned int reason = 0; reason < LEFT_OUT_COUNT; reason++)
		for (unsigned int type = 0; type < EVENT_TYPES; type++)
			sum += c->left_out[reason][type];
	return sum;
}

/* Frames that may have been TCP, and could not be read. */
static __u64 unread(const struct counters *c)
{
	return c->passed_over[PASSED_TRUNCATED] + c->passed_over[PASSED_SHORT_FRAGMENT] +
	       c->passed_over[PASSED_TOO_DEEP] + c->passed_over[PASSED_BAD_TUNNEL];
}

static void draw_losses(const struct top_ui *ui, struct line *line)
{
	const struct counters *now = &ui->sample.now, *then = &ui->sample.then;

	if (!losses_of(now) && !unread(now) && !events_left_out(now)) {
		line_item(line, STYLE_OF_OPEN, "nothing lost");
		return;
	}
	loss(ui, line, "EVENTS LOST", events_lost(now, LOST_RING_FULL), events_lost(then, LOST_RING_FULL));
	loss(ui, line, "yielded", events_lost(now, LOST_YIELDED), events_lost(then, LOST_YIELDED));
	loss(ui, line, "left out", events_left_out(now), events_left_out(then));
	loss(ui, line, "TABLE FULL", now->passed_over[PASSED_TABLE_FULL], then->passed_over[PASSED_TABLE_FULL]);
	loss(ui, line, "EVICTED CONFIRMED", now->count[COUNT_EVICTED_CONFIRMED], then->count[COUNT_EVICTED_CONFIRMED]);
	loss(ui, line, "evicted closing", now->count[COUNT_EVICTED_CLOSING], then->count[COUNT_EVICTED_CLOSING]);
	loss(ui, line, "evicted unconfirmed", now->count[COUNT_EVICTED_UNCONFIRMED],
	     then->count[COUNT_EVICTED_UNCONFIRMED]);
	loss(ui, line, "unread frames", unread(now), unread(then));
}

static void draw_owner(const struct top_ui *ui, struct line *line)
{
	char owner[OWNER_TEXT];

	owner_text(owner, ui->source.running.instance.pid);
	if (ui->source.fate == OWNER_GONE)
		line_item(line, STYLE_OF_ALARM, "%s HAS DIED", owner);
	else if (ui->source.fate == OWNER_UNKNOWN)
		line_item(line, STYLE_OF_ALARM, "%s IS GONE", owner);
}

int draw_troubles(const struct top_ui *ui, int row, int cols)
{
	struct line line = line_at(row, 0, cols);
	__u64 resets = 0;

	for (unsigned int reset = 0; reset < RESET_COUNT; reset++)
		resets += growth(ui->sample.now.resets[reset], ui->sample.then.resets[reset]);
	draw_owner(ui, &line);
	draw_losses(ui, &line);
	item(&line, "resets/s", rate_text(ui, resets));
	item(&line, "retransmits/s", RATE(ui, count[COUNT_RETRANSMITS]));
	item(&line, "SYN retransmits/s", RATE(ui, count[COUNT_SYN_RETRANSMITS]));
	item(&line, "out of order/s", RATE(ui, count[COUNT_OUT_OF_ORDER]));
	return row + 1;
}
