/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Other commands reach a running instance through its directory of pins (pins/owner.h says what lies there). */
#ifndef TCPSTATE_USER_PINS_READER_H
#define TCPSTATE_USER_PINS_READER_H

#include <stdbool.h>

#include "kernel/maps.h"
#include "pins/pinned_hook.h"
#include "tcpstate/abi.h"

struct openers;

struct running {
	const char *dir;
	int dir_fd;
	bool alive;               /* its owner still is */
	struct maps maps;
	struct instance instance; /* pid of one that is alive: as it is seen from here; 0: from here it can't be */
};

/* 0 or a reported error: nothing there, another ABI, no permission. */
int running_open(struct running *running, const char *dir);
void running_close(struct running *running);

/* The instance map's value; of another ABI only abi_version, and hopefully pid, mean something. 0 or negative errno. */
int instance_read(int map_fd, struct instance *instance);

/* "pid 123", or where it can't be seen from here (instance.pid 0), that. */
#define OWNER_TEXT 32
const char *owner_text(char text[OWNER_TEXT], unsigned int pid);

/* Into the network namespace that its hooks are in: what netns_leave takes, or negative errno (host/netns.h). */
int running_enter_netns(const struct running *running);

/* Its --timeout of a state, ns; TIME_WAIT: 2MSL. 0: it can't be read. */
__u64 running_timeout(const struct running *running, unsigned int state);

/*
 * Which process has a socket open, as the instance keeps it; not ready, where it does not. And a descriptor for one walk more, which
 * takes no capability, or negative errno: also for the owner itself.
 */
void running_openers(int dir_fd, struct openers *openers);
int running_openers_walk(int dir_fd);

/*
 * Two who change what is tracked at once would mix their lists. The directory
 * itself is locked by the owner, so they queue up at one inside. A descriptor
 * to close afterwards, or a reported error.
 */
int pins_lock_changes(int dir_fd, const char *dir);

/* With SIGTERM by sigqueue(3): end, and leave nothing behind, whatever the options say. */
#define SIGNAL_TAKE_DOWN 0x746370

/* End the instance at dir, or clean what it left. *found: whether there was one. 0 or a reported error. */
int pins_take_down(const char *dir, bool *found);

#endif
