/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The ways in which a connection of the load generator lives and ends: what the
 * application at each end does, step by step. Each step waits for what the other
 * end did before, so that no two segments race: whoever watches the path can tell
 * the same story, to the unit.
 */
#ifndef LOAD_WAYS_H
#define LOAD_WAYS_H

#include <stdbool.h>

enum step {
	STEP_DONE,     /* the socket is closed */
	STEP_SEND,     /* as many bytes as --bytes says */
	STEP_RECEIVE,  /* the same number, to the last */
	STEP_EOF,      /* reads end of file */
	STEP_ECHO,     /* sends back what comes, up to end of file */
	STEP_HOLD,     /* until the program is told to end; reads what comes */
	STEP_SHUTDOWN, /* FIN; can still read */
	STEP_CLOSE,    /* close(2) */
	STEP_RESET,    /* close(2) that sends RST */
	STEP_GONE,     /* reads ECONNRESET */
	STEP_REFUSED,  /* reads ECONNREFUSED: there is no server's end */
};

#define STEPS_MAX 6

/* What a tracker must call it, an index of close_names[]. */
enum close_kind {
	CLOSE_INITIATOR_FIN,
	CLOSE_RESPONDER_FIN,
	CLOSE_INITIATOR_RST,
	CLOSE_RESPONDER_RST,
	CLOSE_KINDS
};

extern const char *const close_names[CLOSE_KINDS]; /* "initiator_fin" */

struct way {
	const char *name;
	enum close_kind close;
	enum step client[STEPS_MAX];
	enum step server[STEPS_MAX];
	const char *what;
};

enum way_number {
	WAY_CLIENT_CLOSE,
	WAY_SERVER_CLOSE,
	WAY_HALF_CLOSE,
	WAY_CLIENT_RESET,
	WAY_SERVER_RESET,
	WAY_REFUSED,
	WAYS_TO_CHOOSE,
	/* Of --hold, in turn; not for --mix. */
	WAY_HELD_OPEN = WAYS_TO_CHOOSE,
	WAY_HELD_HALF_CLOSED,
	WAY_COUNT
};

extern const struct way ways[WAY_COUNT];

static inline bool is_held(const struct way *way)
{
	return way >= &ways[WAY_HELD_OPEN];
}

#endif
