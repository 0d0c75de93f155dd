/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Command-line options: tables that drive both the parser and the help. */
#ifndef TCPSTATE_USER_OPTIONS_PARSER_H
#define TCPSTATE_USER_OPTIONS_PARSER_H

#include <stdbool.h>
#include <stddef.h>

#include "tcpstate/abi.h"

enum rx_hook { RX_HOOK_XDP, RX_HOOK_XDP_NATIVE, RX_HOOK_XDP_GENERIC, RX_HOOK_TC };
enum tx_hook { TX_HOOK_AUTO, TX_HOOK_TCX, TX_HOOK_CLSACT };
enum direction { DIRECTION_BOTH, DIRECTION_RX, DIRECTION_TX };
enum decap { DECAP_OFF, DECAP_ON, DECAP_AUTO /* on an end host, what its devices listen for */ };
enum checksum_mode { CHECKSUM_OFF, CHECKSUM_ON, CHECKSUM_AUTO };

#define MAX_INTERFACES 64

struct options {
	bool help;
	bool json;
	bool verbose;

	char *interfaces[MAX_INTERFACES];
	int interface_count;
	enum rx_hook rx_hook;
	enum tx_hook tx_hook;
	enum direction direction;

	__u32 max_flows;
	__u32 max_embryos;
	int zone;                           /* enum zone_mode; -1: what suits the direction */
	int decap;                          /* enum decap */
	bool no_tunnel_id;                  /* of --zone */
	enum checksum_mode checksum;
	__u64 msl_ns;
	__u64 timeout_ns[STATE_SLOTS];      /* 0: the default */
	__u64 unconfirmed_ns;
	__u32 ring_bytes;
	const char *track;                  /* NULL: all */

	__u32 events;                       /* 1 << enum event_type */
	__u32 unconfirmed_events;           /* a second; EVENTS_UNLIMITED */
	__u64 count;                        /* 0: no end */
	__u64 duration_ns;                  /* 0: no end */

	bool pin;
	const char *pin_dir;

	/* run */
	bool daemon;                        /* that is what this is */
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

	__u64 interval_ns;                  /* top: between two looks */
	int sort_column;                    /* top: enum top_column */
	int grouping;                       /* top: enum top_grouping */

	bool replay;                        /* of a capture: its time, and nothing is attached */
	bool takes_files;                   /* words are names of files, up to where a FILTER begins */
	const char **files;
	int file_count;
	__u64 reorder_ns;                   /* replay: how late a packet may come and still be put in order; 0: not at all */
	bool events_given;                  /* --events */
	bool only_flows;                    /* --flows */
	bool summary;
	bool drain;

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

/* How long a silent flow stays in a state, with the defaults filled in; CLOSED: its linger. */
__u64 options_timeout(const struct options *options, unsigned int state);

/* The part of a help text that lists these groups. */
void options_help(const struct option_group *const *groups);

#endif
