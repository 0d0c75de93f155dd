/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The commands: one cmd_*.c each. The table in main.c drives the parser and the help. */
#ifndef TCPSTATE_USER_COMMANDS_COMMAND_H
#define TCPSTATE_USER_COMMANDS_COMMAND_H

#include <stdbool.h>

struct options;
struct option_group;

struct command {
	const char *name;
	const char *words;        /* what it takes beside options: "[FILTER]"; NULL: nothing */
	const char *summary;
	const char *help;
	const struct option_group *const *groups; /* ends with NULL */
	void (*defaults)(struct options *options);  /* where they are others than for all; may be NULL */
	int (*run)(const struct options *options);  /* 0 or a reported error */
};

extern const struct command watch_command;
extern const struct command run_command;
extern const struct command flows_command;
extern const struct command states_command;
extern const struct command top_command;
extern const struct command status_command;
extern const struct command detach_command;
extern const struct command track_command;
extern const struct command verify_command;
extern const struct command replay_command;
extern const struct command timewait_command;
extern const struct command strays_command;
extern const struct command leaks_command;
extern const struct command halfopen_command;
extern const struct command nat_command;

/* The language of FILTER, for the help of those that take one. */
#define FILTER_HELP \
	"\nFILTER: tests joined by and, or, not and parentheses:\n" \
	"  host A    net A/B    port N or N-M    state S      (either end; A,B,C for any of several)\n" \
	"  process NAME    pid N    cgroup PATH    container ID    pod UID      (whose it is, live)\n" \
	"  with src before it: the initiator's; with dst: the responder's\n" \
	"  cause C   by WHOM   how H   flags F   kind K       (what closed it; a segment; a stray)\n" \
	"  age duration idle lifetime, packets bytes retransmits strays, len ttl: compared, as > 5m\n" \
	"  such as: 'net 10.0.0.0/8 and dst port https and not state ESTABLISHED and bytes > 1M'\n" \
	"  tcpdump's and ss's usual words are understood; xdp-tcpstate(8) has them all\n"

#endif
