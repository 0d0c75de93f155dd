// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The journal, also where it does not answer, or is not there. */
#include "events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_as_journal(const char *where)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", where);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

/* One entry as a string; false: none is there. */
static bool receive(int fd, char *text, size_t size)
{
	ssize_t got = recv(fd, text, size - 1, 0);

	if (got < 0)
		return false;
	text[got] = 0;
	return true;
}

void the_journal_gets_entries(void **state)
{
	static const char *const events[] = { "state", "stray", "time_wait", "flow", "lost" };
	static const char *const priorities[] = { "6", "5", "6", "6", "4" };
	struct event_log *log;
	char where[96], text[8192], wanted[64];
	int fd;

	snprintf(where, sizeof(where), "%s/journal", disk);
	fd = listen_as_journal(where);
	assert_int_equal(event_log_to_journal(&log, where, &wall), 0);
	send_all_kinds(log);
	for (int i = 0; i < 5; i++) {
		assert_true(receive(fd, text, sizeof(text)));
		snprintf(wanted, sizeof(wanted), "\nTCPSTATE_EVENT=%s\n", events[i]);
		assert_non_null(strstr(text, wanted));
		snprintf(wanted, sizeof(wanted), "\nPRIORITY=%s\n", priorities[i]);
		assert_non_null(strstr(text, wanted));
		assert_non_null(strstr(text, "\nMESSAGE="));
		assert_null(strstr(text, "\nMESSAGE=\n"));
		assert_non_null(strstr(text, "\nTCPSTATE_JSON={\"ts\":"));
		assert_int_equal(text[strlen(text) - 1], '\n');
		if (i < 4)
			assert_non_null(strstr(text, "\nTCPSTATE_FLOW=0000000000001234\n"));
		/* Each line is a field: nothing that was in a value has begun another. */
		for (char *line = text; *line; line = strchr(line, '\n') + 1)
			assert_true(strcspn(line, "=") < strcspn(line, "\n"));
	}
	assert_false(receive(fd, text, sizeof(text)));
	assert_int_equal(all_losses(log), 0);
	event_log_close(log);
	close(fd);
}

/* A journald that does not answer costs moments, and comes back. */
void a_stuck_journal_is_not_waited_for(void **state)
{
	struct event_log *log;
	char where[96], text[8192];
	__u64 began, took, received = 0, told = 0;
	int fd;

	snprintf(where, sizeof(where), "%s/journal", disk);
	fd = listen_as_journal(where);
	assert_int_equal(event_log_to_journal(&log, where, &wall), 0);
	began = monotonic_ns();
	for (int i = 0; i < 5000; i++)
		send_state(log);
	took = monotonic_ns() - began;
	assert_true(took < 1000000000);
	assert_true(all_losses(log) > 0);
	while (receive(fd, text, sizeof(text)))
		received++;
	assert_int_equal(received + all_losses(log), 5000);
	assert_int_equal(heard_count(), 1);

	pass_a_second();
	send_state(log);
	event_log_flush(log);
	while (receive(fd, text, sizeof(text))) {
		const char *count = strstr(text, "\"reason\":\"write\",\"count\":");

		if (count)
			told += strtoull(count + strlen("\"reason\":\"write\",\"count\":"), NULL, 10);
		else
			received++;
	}
	assert_int_equal(told, all_losses(log));
	assert_int_equal(received + told, 5001);
	assert_true(heard("works again"));

	/* Restarted: another socket of that name. */
	close(fd);
	unlink(where);
	send_state(log);
	assert_int_equal(all_losses(log), told + 1);
	fd = listen_as_journal(where);
	send_state(log);
	assert_true(receive(fd, text, sizeof(text)));
	event_log_close(log);
	close(fd);
}

void no_journal_is_an_error(void **state)
{
	struct event_log *log;
	char where[96];

	snprintf(where, sizeof(where), "%s/journal", disk);
	assert_true(event_log_to_journal(&log, where, &wall) < 0);
	assert_true(heard("use --events-file"));
}
