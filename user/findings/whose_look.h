/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Whose the ends of a running instance's connections are, as its walks over processes have found out, and one more. */
#ifndef TCPSTATE_USER_FINDINGS_WHOSE_LOOK_H
#define TCPSTATE_USER_FINDINGS_WHOSE_LOOK_H

#include "host/own_addresses.h"
#include "kernel/openers.h"

struct running;

struct whose_look {
	bool open;
	struct openers openers;
	const struct own_addresses *own;  /* of the instance's network namespace; NULL: not known */
	struct whose_source source;
};

/* walk: as things are now, and not as they were when the instance looked last, some seconds ago at most. */
void whose_look_open(struct whose_look *look, const struct running *running, bool walk);
void whose_look_close(struct whose_look *look);

#endif
