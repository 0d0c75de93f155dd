/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What only a walk over the whole table tells: how much of their ports the
 * clients' TIME_WAITs keep, and which local ends linger half closed. It is
 * taken now and then by a thread of its own, so that neither a scrape nor the
 * loop that drains the events ever waits for it.
 */
#ifndef TCPSTATE_USER_SERVE_SURVEY_H
#define TCPSTATE_USER_SERVE_SURVEY_H

#include <stdbool.h>

#include "tcpstate/abi.h"

struct maps;
struct port_range;
struct survey;

#define SURVEY_EVERY_NS 10000000000ULL  /* at most that often, */
#define SURVEY_SHARE 20                 /* and for at most one part in 20 of the time */
#define SURVEY_OLDER_NS 60000000000ULL  /* what has been half closed for longer lingers */
#define SURVEY_ROWS 10

/* A client, by its address, and an endpoint of a server. */
struct pressed_pair {
	__u8 client[16];
	__u8 server[16];
	__be16 port;           /* the server's */
	__u16 pad;
	__u32 own;             /* bool: among them are this host's own connections (host/own_connections.h) */
	__u32 waiting;         /* ports that a TIME_WAIT at the client's end keeps */
	__u32 ports;           /* that the client may use: its range */
};

/* Local ends in one state: a responder's by its endpoint, an initiator's by its address and its peer's endpoint. */
struct lingering {
	__u8 local[16];
	__u8 peer[16];         /* initiator */
	__be16 local_port;     /* responder; initiator: 0 */
	__be16 peer_port;      /* initiator; responder: 0 */
	__u8 state;            /* CLOSE_WAIT or FIN_WAIT_2 */
	__u8 pad[3];
	__u64 since;           /* ns, CLOCK_MONOTONIC: of the oldest */
	__u64 count;
	__u64 own;             /* bool: among them are this host's own (host/own_connections.h) */
};

struct survey_result {
	__u64 time;            /* CLOCK_MONOTONIC, when it was begun; 0: none has been taken */
	__u64 cost_ns;
	__u64 waiting;         /* ends in TIME_WAIT at the client's side, of all pairs */
	__u64 lingering[STATE_SLOTS]; /* local ends, by state */
	int pair_count, lingering_count;
	struct pressed_pair pairs[SURVEY_ROWS];        /* the fullest first */
	struct lingering longest[SURVEY_ROWS];         /* the oldest first */
};

/* One walk, now. local: the ports of clients on this machine. 0 or negative errno. */
int survey_take(struct survey_result *result, const struct maps *maps, __u32 sets, const struct port_range *local);

/* The thread. maps stay open as long as it lives. 0 or a reported error. */
int survey_start(struct survey **survey, const struct maps *maps, __u32 sets);
/* The newest result. */
void survey_read(struct survey *survey, struct survey_result *result);
void survey_stop(struct survey *survey);

#endif
