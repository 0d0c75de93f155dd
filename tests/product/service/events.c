// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Events to be logged, and a small disk of the tests' own. */
#include "events.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "events/sink.h"

#define DISK_KIB 64

struct wall_clock wall;
char disk[] = "/tmp/tcpstate-events.XXXXXX";

/* ---- events -------------------------------------------------------------- */

static struct event an_event(unsigned int type)
{
	struct event event = {
		.type = type, .time = monotonic_ns(), .id = 0x1234, .sender = 0, .initiator = 0, .flags = 0x10,
		.state = { STATE_ESTABLISHED, STATE_ESTABLISHED }, .was = { STATE_SYN_SENT, STATE_SYN_RECEIVED },
	};

	event.key.port[0] = 0x1234;
	event.key.port[1] = 0x5000;
	return event;
}

void send_state(struct event_log *log)
{
	struct event event = an_event(EVENT_STATE);
	struct sink *sink = event_log_sink(log);

	sink->state(sink, &event);
}

void send_stray(struct event_log *log)
{
	struct stray_event stray = { .event = an_event(EVENT_STRAY), .kind = STRAY_LATE_DATA };
	struct sink *sink = event_log_sink(log);

	sink->stray(sink, &stray);
}

void send_all_kinds(struct event_log *log)
{
	struct wait_event wait = { .event = an_event(EVENT_TIME_WAIT), .phase = WAIT_STARTED, .ends = 1 };
	struct flow_record record = { .time = monotonic_ns(), .flow.id = 0x1234 };
	struct lost_event lost = { monotonic_ns(), EVENT_STATE, LOST_RING_FULL, 7 };
	struct sink *sink = event_log_sink(log);

	sink->two_msl_ns = 60000000000ULL;
	record.flow.state[0] = record.flow.state[1] = STATE_CLOSED;
	send_state(log);
	send_stray(log);
	sink->time_wait(sink, &wait);
	sink->flow(sink, &record);
	sink->lost(sink, &lost);
}

__u64 all_losses(const struct event_log *log)
{
	const struct log_counts counts = event_log_counts(log);
	__u64 sum = 0;

	for (unsigned int kind = 0; kind < EVENT_TYPES; kind++)
		sum += counts.lost[kind];
	return sum;
}

/* ---- what is in a file --------------------------------------------------- */

struct content read_content(const char *name)
{
	struct content content = { .whole = true };
	FILE *file = fopen(name, "r");
	char line[8192];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		size_t len = strlen(line);
		const char *count = strstr(line, "\"reason\":\"write\",\"count\":");

		content.lines++;
		content.states += strstr(line, "\"event\":\"state\"") != NULL;
		content.strays += strstr(line, "\"event\":\"stray\"") != NULL;
		if (count)
			content.told_lost += strtoull(count + strlen("\"reason\":\"write\",\"count\":"), NULL, 10);
		/* One object, and no piece of another before or behind it. */
		if (strncmp(line, "{\"ts\":\"", 7) || len < 3 || strcmp(line + len - 2, "}\n") || strstr(line + 1, "{\"ts\":"))
			content.whole = false;
	}
	fclose(file);
	return content;
}

/* A second must pass between a failure and what counts as its end. */
void pass_a_second(void)
{
	usleep(1100000);
}

/* ---- a disk of our own --------------------------------------------------- */

int make_disk(void **state)
{
	char options[32];

	snprintf(options, sizeof(options), "size=%dk", DISK_KIB);
	wall_clock_init(&wall);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || !mkdtemp(disk) ||
	    mount("tcpstate-test", disk, "tmpfs", 0, options)) {
		fprintf(stderr, "making a small disk: %s\n", strerror(errno));
		return -1;
	}
	return 0;
}

int remove_disk(void **state)
{
	umount2(disk, MNT_DETACH);
	return rmdir(disk);
}

int empty_disk(void **state)
{
	const char *const names[] = { "events", "events.1", "events.2", "events.3", "filler", "journal", "elsewhere" };
	char name[96];

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%s/%s", disk, names[i]);
		unlink(name);
	}
	heard_clear();
	return 0;
}
