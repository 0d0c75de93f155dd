/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The system calls that the daemon is refused once it is attached (seccomp). A
 * list of what is refused, not of what is allowed: glibc, libmicrohttpd and
 * libsystemd may take up new calls with any update, and must go on working.
 */
#ifndef TCPSTATE_USER_DAEMON_REFUSED_CALLS_H
#define TCPSTATE_USER_DAEMON_REFUSED_CALLS_H

#include <linux/types.h>

#define REFUSED_CONDITIONS 2

/* A condition on an argument; the kernel reads all of these as int, so only 32 bits count. */
struct refused_when {
	enum { WHEN_NOTHING, WHEN_EQUAL, WHEN_ABOVE, WHEN_NOT } is;
	unsigned int argument;   /* 0: the first */
	__u32 mask;              /* WHEN_EQUAL: of these bits; 0: all */
	__u32 value;
};

struct refused_calls {
	const char *names;       /* with blanks between */
	const char *why;
	struct refused_when when[REFUSED_CONDITIONS]; /* all of them; none: always */
	int error;               /* what the caller sees; 0: EPERM */
};

/* Ends with NULL names. */
extern const struct refused_calls refused_calls[];

/* Refuse them from now on, to every thread, for good. 0 or negative errno. */
int refuse_calls(void);

#endif
