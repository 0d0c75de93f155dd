// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The events file's bound: it moves itself aside, in whole lines, and what is too old is gone. */
#include "events.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/sink.h"

#define PART 10240   /* bytes a file: some twenty lines */
#define AT_ONCE 5    /* lines a write */

/* events, events.1... */
static const char *name_of(unsigned int number)
{
	static char name[96];

	snprintf(name, sizeof(name), number ? "%s/events.%u" : "%s/events", disk, number);
	return name;
}

static off_t size_of(unsigned int number)
{
	struct stat st;

	return stat(name_of(number), &st) ? -1 : st.st_size;
}

static struct event_log *open_bounded(unsigned int keep)
{
	struct event_log *log;

	assert_int_equal(event_log_to_file(&log, name_of(0), &wall), 0);
	event_log_bound(log, PART * (keep + 1), keep);
	return log;
}

static void send_states(struct event_log *log, int count)
{
	for (int i = 1; i <= count; i++) {
		send_state(log);
		if (i % AT_ONCE == 0)
			event_log_flush(log);
	}
	event_log_flush(log);
}

void a_full_file_is_moved_aside(void **state)
{
	struct event_log *log = open_bounded(3);
	struct content before, after;

	send_states(log, 30);
	before = read_content(name_of(1));
	after = read_content(name_of(0));
	assert_true(before.whole && after.whole);
	assert_true(before.states > 10);
	assert_int_equal(before.states + after.states, 30);
	assert_int_equal(event_log_counts(log).rotations, 1);
	assert_int_equal(event_log_counts(log).bytes, size_of(0) + size_of(1));
	assert_int_equal(all_losses(log), 0);
	assert_int_equal(heard_count(), 0);
	event_log_close(log);
}

void the_newest_are_kept(void **state)
{
	struct event_log *log = open_bounded(2);
	__u64 lines = 0;

	send_states(log, 300);
	for (unsigned int number = 0; number < 3; number++) {
		struct content content = read_content(name_of(number));

		assert_true(content.whole);
		assert_true(content.lines > 0);
		assert_true(size_of(number) <= PART);
		lines += content.lines;
	}
	assert_true(lines < 100);
	assert_true(size_of(3) < 0);
	assert_true(event_log_counts(log).rotations > 5);
	assert_true(event_log_counts(log).bytes > 3 * PART);
	/* The newest line is the last one's, and nothing of it has gone. */
	send_stray(log);
	event_log_close(log);
	assert_int_equal(read_content(name_of(0)).strays, 1);
}

void without_older_ones_it_begins_anew(void **state)
{
	struct event_log *log = open_bounded(0);

	send_states(log, 100);
	assert_true(size_of(0) <= PART);
	assert_true(read_content(name_of(0)).whole);
	assert_true(size_of(1) < 0);
	assert_true(event_log_counts(log).rotations > 2);
	assert_int_equal(all_losses(log), 0);
	event_log_close(log);
}

/* Its SIGHUP has not come yet. */
void what_logrotate_has_moved_is_not_moved_again(void **state)
{
	struct event_log *log = open_bounded(3);
	char moved[96];

	send_states(log, 15);
	snprintf(moved, sizeof(moved), "%s/elsewhere", disk);
	assert_int_equal(rename(name_of(0), moved), 0);
	send_states(log, 15);
	assert_true(read_content(moved).whole);
	assert_int_equal(read_content(moved).states + read_content(name_of(0)).states, 30);
	assert_true(size_of(1) < 0);
	assert_int_equal(event_log_counts(log).rotations, 0);
	event_log_close(log);
}

void a_file_that_cannot_be_moved_stays_below_its_bound(void **state)
{
	struct event_log *log = open_bounded(1);
	struct content content;
	char inside[112];

	assert_int_equal(mkdir(name_of(1), 0700), 0);
	snprintf(inside, sizeof(inside), "%s/x", name_of(1));
	assert_int_equal(mkdir(inside, 0700), 0);
	send_states(log, 60);
	content = read_content(name_of(0));
	assert_true(content.whole);
	assert_true(size_of(0) <= PART);
	assert_true(all_losses(log) > 0);
	assert_int_equal(content.states + all_losses(log), 60);
	assert_true(heard("can't make room"));
	assert_int_equal(heard_count(), 2); /* that, and that they are lost; once */
	assert_int_equal(event_log_counts(log).rotations, 0);
	assert_int_equal(rmdir(inside), 0);
	assert_int_equal(rmdir(name_of(1)), 0);
	send_states(log, 5);
	assert_int_equal(event_log_counts(log).rotations, 1);
	assert_int_equal(read_content(name_of(0)).states, 5);
	event_log_close(log);
}

void a_symbolic_link_is_not_moved(void **state)
{
	struct event_log *log;
	char target[96];

	snprintf(target, sizeof(target), "%s/elsewhere", disk);
	assert_int_equal(symlink(target, name_of(0)), 0);
	log = open_bounded(3);
	event_log_check_reopen(log);
	assert_true(heard("a symbolic link"));
	send_states(log, 60);
	assert_int_equal(read_content(target).states, 60);
	assert_true(size_of(1) < 0);
	event_log_close(log);
}

void without_a_bound_it_grows(void **state)
{
	struct event_log *log = open_bounded(3);

	event_log_bound(log, 0, 3);
	send_states(log, 60);
	assert_int_equal(read_content(name_of(0)).states, 60);
	assert_int_equal(event_log_counts(log).rotations, 0);
	event_log_close(log);
}

/* The line that says how many were left out is lost, and comes again when there is room. */
void what_was_left_out_is_told_again(void **state)
{
	const struct lost_event left_out = { monotonic_ns(), EVENT_FLOW, LEFT_OUT + LEFT_OUT_UNKNOWN, 42 };
	struct event_log *log = open_bounded(1);
	FILE *file;
	char line[1024];
	bool told = false;

	assert_int_equal(mkdir(name_of(1), 0700), 0);
	send_states(log, 60);
	event_log_sink(log)->lost(event_log_sink(log), &left_out);
	event_log_flush(log);
	assert_int_equal(rmdir(name_of(1)), 0);
	pass_a_second();
	event_log_flush(log);
	event_log_close(log);
	file = fopen(name_of(0), "r");
	while (fgets(line, sizeof(line), file))
		told |= strstr(line, "\"event\":\"left_out\",\"kind\":\"flow\",\"reason\":\"unknown\",\"count\":42") != NULL;
	fclose(file);
	assert_true(told);
}
