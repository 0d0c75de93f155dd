/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Where the daemon's events go: a file of NDJSON, or the journal. Neither may
 * keep the daemon from its work: what can't be written is counted by its kind,
 * told once, told in the log itself as lost events (reason "write") when it
 * takes events again, and tried again with the next ones.
 */
#ifndef TCPSTATE_USER_EVENTS_LOG_H
#define TCPSTATE_USER_EVENTS_LOG_H

#include "tcpstate/abi.h"

struct event_log;
struct sink;
struct wall_clock;

/* Appends to the file at path, and makes it (mode 0640) if it is not there. 0 or a reported error. */
int event_log_to_file(struct event_log **log, const char *path, struct wall_clock *clock);

/* Sends to the journal. socket: where it listens; NULL: JOURNAL_SOCKET. 0 or a reported error. */
#define JOURNAL_SOCKET "/run/systemd/journal/socket"
int event_log_to_journal(struct event_log **log, const char *socket, struct wall_clock *clock);

/* The sink that dispatch gives events to. Its struct out stays empty and without error. */
struct sink *event_log_sink(struct event_log *log);

/*
 * Write what has come together; once per pass of the loop, also with no event:
 * it retries what failed.
 */
void event_log_flush(struct event_log *log);

/*
 * SIGHUP: what comes from now on goes to the file that has the name now. If
 * that can't be opened, the events go on into the old one. 0 or a reported error.
 */
int event_log_reopen(struct event_log *log);

/*
 * Could event_log_reopen make the file anew once privileges_drop() has been
 * called? Tells if not. Call after it.
 */
void event_log_check_reopen(const struct event_log *log);

#define EVENTS_FILE_LEAST (128u << 10) /* bytes: more than is written at once */

/*
 * From now on the file, and keep older ones beside it (path.1 is the newest of them), take at most max_bytes in all;
 * 0: there is no bound. The journal has bounds of its own.
 */
void event_log_bound(struct event_log *log, __u64 max_bytes, unsigned int keep);

/* What has been written and what could not be, since the start. */
struct log_counts event_log_counts(const struct event_log *log);

/* Writes what is there. NULL is harmless. */
void event_log_close(struct event_log *log);

#endif
