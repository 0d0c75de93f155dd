/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Command-line options: tables that drive both the parser and the help. */
#ifndef TCPSTATE_USER_OPTIONS_PARSER_H
#define TCPSTATE_USER_OPTIONS_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "events/choice.h"
#include "flow/flow_order.h"
#include "hooks/choice.h"
#include "kernel/choice.h"
#include "live/choice.h"
#include "replay/choice.h"

struct options {
	bool help;
	bool json;

	struct hook_choice hooks;
	struct kernel_choice kernel;
	struct event_choice events;
	const char *track;                  /* NULL: all */
	bool seed;                          /* what was there before is read from the kernel's sockets */
	__u64 audit_ns;                     /* flows are held against sockets so often; 0: never */
	__u64 duration_ns;                  /* 0: no end */

	bool pin;
	const char *pin_dir;

	/* run */
	const char *config;                 /* --config; NULL: none */
	const char *listen;                 /* ADDRESS:PORT of the HTTP server; NULL: none */
	bool api_peers;                     /* the summary names everybody's addresses */
	const char *events_file;            /* NULL: none */
	__u64 events_max_bytes;             /* of it, and of those kept, in all; 0: no bound */
	unsigned int events_keep;           /* how many files are kept beside it */
	bool journal;                       /* events go to the journal */
	bool bpf_stats;                     /* the kernel measures the programs' run times */
	bool discard;                       /* what a dead instance left, if it can't be adopted */
	bool keep_attached;                 /* at the end, for the next one to adopt */

	size_t limit;                       /* of a report for people: rows of each table */
	__u64 older_ns;                     /* what is younger is not worth reporting */
	struct flow_order flow_order;       /* of flows */
	bool numeric;                       /* flows: no names of services */

	__u64 interval_ns;                  /* top: between two looks */
	int sort_column;                    /* top: enum top_column */
	int grouping;                       /* top: enum top_grouping */

	bool takes_files;                   /* words are names of files, up to where a FILTER begins */
	const char **files;
	int file_count;
	struct replay_choice replay;
	bool events_given;                  /* --events */
	bool only_flows;                    /* --flows */
	bool summary;

	char *words;                        /* what is no option, joined by blanks; "" if nothing */

	char **texts;                       /* options_keep's */
	int text_count;

	int argc;                           /* what options_parse has read, to be read again over a file */
	char **argv;
};

struct option_def {
	char letter;                        /* 0: none */
	const char *name;
	/* NULL: takes none; "[X]": may be left out; "[x|y]": and is one of these words */
	const char *argument;
	const char *help;
	/* 0 or an error that has been reported; value is NULL where there is none. */
	int (*set)(struct options *options, const char *value);
};

struct option_group {
	const char *title;
	const struct option_def *defs;      /* ends with a NULL name */
};

extern const struct option_group common_options;
extern const struct option_group hook_options;
extern const struct option_group tracker_options;
extern const struct option_group event_options;
extern const struct option_group pin_options;
extern const struct option_group run_options;
extern const struct option_group reader_options;
extern const struct option_group leftover_options;
extern const struct option_group replay_options;
extern const struct option_group report_options;
extern const struct option_group listing_options;
extern const struct option_group lingering_options;
extern const struct option_group top_options;

void options_init(struct options *options);
void options_free(struct options *options);

/* A copy of len bytes of text that lives as long as options; NULL: out of memory. */
const char *options_keep(struct options *options, const char *text, size_t len);

/*
 * Read argv into options; groups ends with NULL. 0 or USAGE_ERROR, reported.
 * command is for the messages.
 */
int options_parse(struct options *options, const struct option_group *const *groups, const char *command, int argc,
		  char **argv);

/* The option of that name; NULL: there is none. */
const struct option_def *options_find(const struct option_group *const *groups, const char *name, size_t len);

/* The name of an option that was probably meant; NULL: none is near. */
const char *options_near(const struct option_group *const *groups, const char *name);

/* What a monitor, or a replay, is asked for. It points into options. */
struct live_choice options_live(const struct options *options);
struct replay_choice options_replay(const struct options *options);

/* The part of a help text that lists these groups. */
void options_help(const struct option_group *const *groups);

#endif
