// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Events as entries of the journal, in its native protocol: a datagram of
 * KEY=value lines an entry (systemd.io/JOURNAL_NATIVE_PROTOCOL).
 * sd_journal_send(3) would wait for a journald that does not answer for as long
 * as that takes; here the flows must go on expiring.
 */
#include "events/log_parts.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "flow/address.h"
#include "base/error.h"
#include "flow/names.h"

#define PATIENCE_US 100000         /* for a journald that is behind */
#define SEND_BUFFER (8 << 20)      /* as sd_journal_send has */

struct event_journal {
	struct event_log log;          /* first, so that it can be cast back */
	struct sink text, json;
	struct out message, object, entry;
	struct sockaddr_un address;
	int fd;
	bool impatient;                /* it did not take the last one in time */
};

static struct event_journal *journal_of(struct event_log *log)
{
	return (struct event_journal *)log;
}

/* ---- an entry ------------------------------------------------------------ */

/* On one line, whatever is in it. Columns are for a terminal: blanks come together. */
static void add_value(struct out *entry, const char *value, size_t len, bool squeeze)
{
	bool blank = true;

	while (len && isspace((unsigned char)value[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++) {
		char c = iscntrl((unsigned char)value[i]) ? ' ' : value[i];

		if (!squeeze || c != ' ' || !blank)
			out_char(entry, c);
		blank = c == ' ';
	}
	out_char(entry, '\n');
}

static void add_field(struct out *entry, const char *key, const char *value)
{
	out_text(entry, key);
	out_char(entry, '=');
	add_value(entry, value, strlen(value), false);
}

static void add_end(struct out *entry, const char *key, const struct flow_key *flow, unsigned int end)
{
	char text[ENDPOINT_TEXT];

	endpoint_text(text, flow, end);
	add_field(entry, key, text);
}

/* The rest of it is in the object. */
static void add_flow(struct out *entry, __u64 id, const struct flow_key *key, unsigned int initiator)
{
	if (id) {
		out_text(entry, "TCPSTATE_FLOW=");
		out_hex64(entry, id);
		out_char(entry, '\n');
	}
	add_end(entry, "TCPSTATE_INITIATOR", key, initiator & 1);
	add_end(entry, "TCPSTATE_RESPONDER", key, !(initiator & 1));
}

static void begin_entry(struct event_journal *journal, const char *event, int priority)
{
	struct out *entry = &journal->entry;

	journal->message.len = journal->object.len = entry->len = 0;
	journal->message.error = journal->object.error = entry->error = 0;
	journal->text.two_msl_ns = journal->json.two_msl_ns = journal->log.sink.two_msl_ns;
	journal->text.whose = journal->json.whose = journal->log.sink.whose;
	add_field(entry, "SYSLOG_IDENTIFIER", "xdp-tcpstate");
	out_format(entry, "PRIORITY=%d\n", priority);
	add_field(entry, "TCPSTATE_EVENT", event);
}

/* 0 or negative errno. */
static int send_entry(const struct event_journal *journal)
{
	const struct out *entry = &journal->entry;
	ssize_t n;

	if (journal->message.error || journal->object.error || entry->error)
		return -ENOMEM;
	do
		n = sendto(journal->fd, entry->data, entry->len, MSG_NOSIGNAL | (journal->impatient ? MSG_DONTWAIT : 0),
			   (const struct sockaddr *)&journal->address, sizeof(journal->address));
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

static void end_entry(struct event_journal *journal, const struct log_entry *about)
{
	struct out *entry = &journal->entry;
	int err;

	out_text(entry, "MESSAGE=");
	add_value(entry, journal->message.data, journal->message.len, true);
	out_text(entry, "TCPSTATE_JSON=");
	add_value(entry, journal->object.data, journal->object.len, false);
	err = send_entry(journal);
	journal->impatient = err == -EAGAIN;
	if (!err) {
		event_log_works(&journal->log);
		return;
	}
	event_log_fails(&journal->log, err);
	event_log_lose(&journal->log, about);
}

/* ---- events -------------------------------------------------------------- */

static const struct log_entry about[EVENT_TYPES] = {
	[EVENT_STATE] = { EVENT_STATE, LOST_IN_WRITING, 1, false },
	[EVENT_TIME_WAIT] = { EVENT_TIME_WAIT, LOST_IN_WRITING, 1, false },
	[EVENT_STRAY] = { EVENT_STRAY, LOST_IN_WRITING, 1, false },
	[EVENT_FLOW] = { EVENT_FLOW, LOST_IN_WRITING, 1, false },
};

static void journal_state(struct event_log *log, const struct event *event)
{
	struct event_journal *journal = journal_of(log);

	begin_entry(journal, "state", LOG_INFO);
	add_flow(&journal->entry, event->id, &event->key, event->initiator);
	journal->text.state(&journal->text, event);
	journal->json.state(&journal->json, event);
	end_entry(journal, &about[EVENT_STATE]);
}

static void journal_time_wait(struct event_log *log, const struct wait_event *wait)
{
	struct event_journal *journal = journal_of(log);

	begin_entry(journal, "time_wait", LOG_INFO);
	add_flow(&journal->entry, wait->event.id, &wait->event.key, wait->event.initiator);
	journal->text.time_wait(&journal->text, wait);
	journal->json.time_wait(&journal->json, wait);
	end_entry(journal, &about[EVENT_TIME_WAIT]);
}

static void journal_stray(struct event_log *log, const struct stray_event *stray)
{
	struct event_journal *journal = journal_of(log);

	begin_entry(journal, "stray", LOG_NOTICE);
	add_field(&journal->entry, "TCPSTATE_STRAY", stray_name(stray->kind));
	add_flow(&journal->entry, stray->event.id, &stray->event.key, stray->event.initiator);
	journal->text.stray(&journal->text, stray);
	journal->json.stray(&journal->json, stray);
	end_entry(journal, &about[EVENT_STRAY]);
}

static void journal_flow(struct event_log *log, const struct flow_record *record)
{
	struct event_journal *journal = journal_of(log);
	const struct flow *flow = &record->flow;

	begin_entry(journal, "flow", LOG_INFO);
	add_flow(&journal->entry, flow->id, &flow->key, flow->initiator);
	journal->text.flow(&journal->text, record);
	journal->json.flow(&journal->json, record);
	end_entry(journal, &about[EVENT_FLOW]);
}

static void journal_lost(struct event_log *log, const struct lost_event *lost)
{
	struct event_journal *journal = journal_of(log);
	struct log_entry entry = { lost->kind, lost->reason, lost->count, true };

	begin_entry(journal, lost->reason < LEFT_OUT ? "lost" : "left_out", LOG_WARNING);
	journal->text.lost(&journal->text, lost);
	journal->json.lost(&journal->json, lost);
	end_entry(journal, &entry);
}

/* ---- the rest ------------------------------------------------------------ */

/* Nothing is kept back, and there is no file. */
static void journal_flush(struct event_log *log)
{
}

static int journal_reopen(struct event_log *log)
{
	return 0;
}

static void journal_check_reopen(const struct event_log *log)
{
}

static void journal_close(struct event_log *log)
{
	struct event_journal *journal = journal_of(log);

	if (journal->fd >= 0)
		close(journal->fd);
	out_free(&journal->message);
	out_free(&journal->object);
	out_free(&journal->entry);
	free(journal);
}

static const struct log_backend journal_backend = {
	.state = journal_state,
	.time_wait = journal_time_wait,
	.stray = journal_stray,
	.flow = journal_flow,
	.lost = journal_lost,
	.flush = journal_flush,
	.reopen = journal_reopen,
	.check_reopen = journal_check_reopen,
	.close = journal_close,
};

/* Does anybody listen there? 0 or negative errno. */
static int try_journal(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;

	if (fd < 0)
		return -errno;
	err = connect(fd, (const struct sockaddr *)address, sizeof(*address)) ? -errno : 0;
	close(fd);
	return err;
}

static int open_socket(struct event_journal *journal)
{
	const struct timeval patience = { .tv_usec = PATIENCE_US };
	const int size = SEND_BUFFER;

	journal->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (journal->fd < 0 || setsockopt(journal->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)))
		return -errno;
	/* Beyond the machine's limit only for who may; the limit will do. */
	if (setsockopt(journal->fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(journal->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return 0;
}

int event_log_to_journal(struct event_log **log, const char *socket_path, struct wall_clock *clock)
{
	struct event_journal *journal = calloc(1, sizeof(*journal));
	const char *path = socket_path ?: JOURNAL_SOCKET;
	int err;

	*log = NULL;
	if (!journal)
		return fail(-ENOMEM, "out of memory while opening the journal");
	event_log_init(&journal->log, &journal_backend, "the journal", clock);
	journal->address.sun_family = AF_UNIX;
	snprintf(journal->address.sun_path, sizeof(journal->address.sun_path), "%s", path);
	journal->fd = -1;
	err = out_init(&journal->message, -1) ?: out_init(&journal->object, -1) ?: out_init(&journal->entry, -1);
	err = err ?: try_journal(&journal->address);
	err = err ?: open_socket(journal);
	if (err) {
		fail(err, "no journal takes entries at %s: %s. Where there is no systemd, use --events-file FILE", path,
		     strerror(-err));
		journal_close(&journal->log);
		return err;
	}
	text_sink(&journal->text, &journal->message, clock);
	json_sink(&journal->json, &journal->object, clock);
	journal->text.colour = false;
	*log = &journal->log;
	return 0;
}
