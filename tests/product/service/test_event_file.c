// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The events file, where a disk is full, and files move. */
#include "events.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "events/sink.h"

static const char *path(void)
{
	static char name[96];

	snprintf(name, sizeof(name), "%s/events", disk);
	return name;
}

static struct event_log *open_log(void)
{
	struct event_log *log;

	assert_int_equal(event_log_to_file(&log, path(), &wall), 0);
	return log;
}

static void write_text(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* ---- the file ------------------------------------------------------------ */

void events_are_lines(void **state)
{
	struct event_log *log = open_log();
	struct content content;
	struct stat st;

	send_all_kinds(log);
	event_log_flush(log);
	content = read_content(path());
	assert_int_equal(content.lines, 5);
	assert_int_equal(content.states, 1);
	assert_true(content.whole);
	assert_int_equal(stat(path(), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	event_log_close(log);

	log = open_log(); /* a second time: behind what is there */
	send_state(log);
	event_log_close(log);
	assert_int_equal(read_content(path()).lines, 6);
	assert_int_equal(heard_count(), 0);
}

void a_full_disk_leaves_whole_lines(void **state)
{
	struct event_log *log = open_log();
	const __u64 sent = 5000; /* some 2 MB */
	struct content content;

	for (__u64 i = 0; i < sent; i++) {
		i % 3 ? send_state(log) : send_stray(log);
		if (i % 100 == 0)
			event_log_flush(log);
	}
	event_log_flush(log);
	content = read_content(path());
	assert_true(content.whole);
	assert_true(content.lines > 50);
	assert_int_equal(content.states + content.strays + all_losses(log), sent);
	assert_true(heard("No space left on device"));
	assert_int_equal(heard_count(), 1); /* told once */
	event_log_close(log);
	assert_true(read_content(path()).whole);
}

void each_kind_is_counted_for_itself(void **state)
{
	struct event_log *log = open_log();
	__u64 lost[EVENT_TYPES];
	struct content content;

	for (int i = 0; i < 600; i++)
		send_state(log);
	for (int i = 0; i < 400; i++)
		send_stray(log);
	event_log_flush(log);
	content = read_content(path());
	memcpy(lost, event_log_counts(log).lost, sizeof(lost));
	assert_int_equal(content.states + lost[EVENT_STATE], 600);
	assert_int_equal(content.strays + lost[EVENT_STRAY], 400);
	assert_true(lost[EVENT_STRAY] > 0);
	assert_int_equal(lost[EVENT_FLOW], 0);
	event_log_close(log);
}

void a_disk_with_room_again_is_used(void **state)
{
	struct event_log *log = open_log();
	char moved[96];
	struct content content;
	__u64 lost;

	for (int i = 0; i < 1000; i++)
		send_state(log);
	event_log_flush(log);
	lost = all_losses(log);
	assert_true(lost > 0);
	snprintf(moved, sizeof(moved), "%s/events.1", disk);
	assert_int_equal(rename(path(), moved), 0);
	assert_int_equal(event_log_reopen(log), 0);
	assert_int_equal(unlink(moved), 0);
	pass_a_second();

	event_log_flush(log); /* nothing new came: it is told of the losses all the same */
	send_state(log);
	event_log_flush(log);
	content = read_content(path());
	assert_true(content.whole);
	assert_int_equal(content.states, 1);
	assert_int_equal(content.told_lost, lost);
	assert_int_equal(all_losses(log), lost);
	assert_true(heard("works again"));
	assert_int_equal(heard_count(), 2);
	event_log_close(log);
	assert_int_equal(read_content(path()).told_lost, lost); /* told once */
}

void what_the_kernel_lost_is_told_later(void **state)
{
	struct lost_event lost = { monotonic_ns(), EVENT_STRAY, LOST_RING_FULL, 123 };
	struct event_log *log;
	char filler[96], text[256];
	FILE *file;
	int fd;

	snprintf(filler, sizeof(filler), "%s/filler", disk);
	log = open_log();
	fd = open(filler, O_WRONLY | O_CREAT, 0600);
	while (write(fd, text, sizeof(text)) > 0)
		;
	close(fd);
	event_log_sink(log)->lost(event_log_sink(log), &lost);
	event_log_flush(log);
	assert_int_equal(read_content(path()).lines, 0);
	assert_int_equal(all_losses(log), 0); /* that is no event which was lost in writing */
	unlink(filler);
	pass_a_second();
	event_log_flush(log);
	file = fopen(path(), "r");
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_non_null(strstr(text, "\"kind\":\"stray\",\"reason\":\"ring_full\",\"count\":123}"));
	event_log_close(log);
}

void logrotate_moves_the_file(void **state)
{
	struct event_log *log = open_log();
	char moved[96];

	snprintf(moved, sizeof(moved), "%s/events.1", disk);
	send_state(log); /* not yet written */
	assert_int_equal(rename(path(), moved), 0);
	send_state(log);
	assert_int_equal(event_log_reopen(log), 0);
	send_stray(log);
	event_log_flush(log);
	assert_int_equal(read_content(moved).states, 2);
	assert_int_equal(read_content(path()).strays, 1);
	assert_int_equal(read_content(path()).states, 0);
	event_log_close(log);
}

void a_name_that_cannot_be_opened_keeps_the_old_file(void **state)
{
	struct event_log *log = open_log();
	char moved[96];

	snprintf(moved, sizeof(moved), "%s/events.1", disk);
	assert_int_equal(rename(path(), moved), 0);
	assert_int_equal(mkdir(path(), 0700), 0);
	assert_true(event_log_reopen(log) < 0);
	assert_true(heard("Is a directory"));
	send_state(log);
	event_log_flush(log);
	assert_int_equal(read_content(moved).states, 1);
	assert_int_equal(rmdir(path()), 0);
	event_log_close(log);
}

void an_unfinished_line_is_taken_out(void **state)
{
	struct event_log *log;
	struct content content;

	write_text(path(), "{\"ts\":\"2026-11-20T09:00:00Z\",\"event\":\"state\"}\n{\"ts\":\"2026-11-20T09:0");
	log = open_log();
	send_state(log);
	event_log_close(log);
	content = read_content(path());
	assert_int_equal(content.lines, 2);
	assert_true(content.whole);
	assert_true(heard("never finished"));
}

/* Another one is writing there: what looks unfinished may be under way. */
void a_file_that_is_shared_is_not_cut(void **state)
{
	struct event_log *first = open_log(), *second;
	FILE *file = fopen(path(), "a");

	fputs("{\"ts\":\"2026", file);
	fclose(file);
	second = open_log();
	assert_int_equal(heard_count(), 0);
	file = fopen(path(), "a");
	fputs("-11-20T09:00:00Z\"}\n", file);
	fclose(file);
	send_state(first);
	event_log_flush(first);
	send_state(second);
	event_log_flush(second);
	assert_int_equal(read_content(path()).lines, 3);
	assert_true(read_content(path()).whole);
	event_log_close(first);
	event_log_close(second);
}

/* Somebody else's file, by mistake: nothing of it goes. */
void what_is_not_ours_stays(void **state)
{
	struct event_log *log;
	char line[256];
	FILE *file;

	write_text(path(), "root:x:0:0\nno newline at its end");
	log = open_log();
	send_state(log);
	event_log_close(log);
	file = fopen(path(), "r");
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, "root:x:0:0\n");
	assert_non_null(fgets(line, sizeof(line), file));
	assert_string_equal(line, "no newline at its end\n");
	assert_non_null(fgets(line, sizeof(line), file));
	assert_int_equal(strncmp(line, "{\"ts\":", 6), 0);
	fclose(file);
}

void a_size_limit_is_no_end(void **state)
{
	struct rlimit before, small;
	struct event_log *log = open_log();
	struct content content;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = (struct rlimit){ 5000, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	for (int i = 0; i < 100; i++)
		send_state(log);
	event_log_flush(log); /* SIGXFSZ would end us */
	setrlimit(RLIMIT_FSIZE, &before);
	content = read_content(path());
	assert_true(content.whole);
	assert_int_equal(content.states + all_losses(log), 100);
	assert_true(heard("File too large"));
	event_log_close(log);
}

void a_pipe_that_nobody_reads(void **state)
{
	struct event_log *log;
	char text[65536], *end;
	ssize_t got, whole = 0;
	int fd;

	assert_int_equal(mkfifo(path(), 0600), 0);
	log = open_log();
	for (int i = 0; i < 2000; i++)
		send_state(log);
	event_log_flush(log); /* returns */
	assert_true(all_losses(log) > 0);
	fd = open(path(), O_RDONLY | O_NONBLOCK);
	got = read(fd, text, sizeof(text) - 1);
	assert_true(got > 0);
	text[got] = 0;
	for (char *line = text; (end = strchr(line, '\n')); line = end + 1, whole++)
		assert_int_equal(strncmp(line, "{\"ts\":", 6), 0);
	assert_int_equal(text[got - 1], '\n');
	assert_int_equal(whole + all_losses(log), 2000);
	close(fd);
	event_log_close(log);
}

void a_directory_is_no_file(void **state)
{
	struct event_log *log;

	assert_true(event_log_to_file(&log, disk, &wall) < 0);
	assert_true(heard("Is a directory"));
}
