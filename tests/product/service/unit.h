/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The modules that a daemon needs to be a service, by themselves. */
#ifndef TCPSTATE_TESTS_SERVICE_UNIT_H
#define TCPSTATE_TESTS_SERVICE_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#undef fail /* user/base/error.h has one, too */

/* What the user has been told since heard_clear. */
bool heard(const char *text);
int heard_count(void);
const char *heard_text(void);
void heard_clear(void);

/* X(name): the tests */
#define EVENT_FILE_TESTS(X)                             \
	X(events_are_lines)                             \
	X(a_full_disk_leaves_whole_lines)               \
	X(each_kind_is_counted_for_itself)              \
	X(a_disk_with_room_again_is_used)               \
	X(what_the_kernel_lost_is_told_later)           \
	X(logrotate_moves_the_file)                     \
	X(a_name_that_cannot_be_opened_keeps_the_old_file) \
	X(an_unfinished_line_is_taken_out)              \
	X(a_file_that_is_shared_is_not_cut)             \
	X(what_is_not_ours_stays)                       \
	X(a_size_limit_is_no_end)                       \
	X(a_pipe_that_nobody_reads)                     \
	X(a_directory_is_no_file)

#define EVENT_BOUND_TESTS(X)                            \
	X(a_full_file_is_moved_aside)                   \
	X(the_newest_are_kept)                          \
	X(without_older_ones_it_begins_anew)            \
	X(what_logrotate_has_moved_is_not_moved_again)  \
	X(a_file_that_cannot_be_moved_stays_below_its_bound) \
	X(a_symbolic_link_is_not_moved)                 \
	X(without_a_bound_it_grows)                     \
	X(what_was_left_out_is_told_again)

#define EVENT_JOURNAL_TESTS(X)                          \
	X(the_journal_gets_entries)                     \
	X(a_stuck_journal_is_not_waited_for)            \
	X(no_journal_is_an_error)

#define CONFIG_TESTS(X)                                 \
	X(options_are_read)                             \
	X(flags_are_yes_or_no)                          \
	X(an_empty_file_says_nothing)                   \
	X(mistakes_have_their_line)                     \
	X(all_mistakes_are_told)                        \
	X(what_is_no_text_is_refused)                   \
	X(no_file_is_an_error)                          \
	X(the_command_line_is_preferred)                \
	X(the_files_filter_holds_without_words)         \
	X(without_a_file_there_is_the_command_line)     \
	X(a_mistake_leaves_nothing)

#define X(name) void name(void **state);
EVENT_FILE_TESTS(X)
EVENT_BOUND_TESTS(X)
EVENT_JOURNAL_TESTS(X)
CONFIG_TESTS(X)
#undef X

int make_disk(void **state);
int remove_disk(void **state);
int empty_disk(void **state);
int make_config(void **state);
int remove_config(void **state);
int no_options(void **state);
int free_options(void **state);

#endif
