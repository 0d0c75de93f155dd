/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A directory of a BPF file system through which other commands reach a
 * running instance:
 *
 *   DIR/maps/NAME      the maps of maps.h, and the event ring
 *   DIR/programs/NAME  the loaded programs
 *   DIR/hooks/NAME     one a hook: its bpf_link, or with clsact its program
 *
 * All of it is its owner's alone (pins/pin_dir.h). The owner holds a lock on DIR for as long as it lives, so that a living
 * instance and what a crash left behind can be told apart.
 */
#ifndef TCPSTATE_USER_PINS_OWNER_H
#define TCPSTATE_USER_PINS_OWNER_H

#include <stdbool.h>

#include "hooks/hook.h"
#include "kernel/maps.h"
#include "tcpstate/abi.h"

#define DEFAULT_PIN_DIR "/sys/fs/bpf/xdp-tcpstate"

struct object;

/* ---- the owner's side ---- */

struct pins {
	const char *dir;
	int dir_fd; /* holds the lock; -1: nothing claimed */
};

/*
 * Make dir ours. *left: something of a dead instance is there, for the caller
 * to adopt or to discard. 0 or a reported error.
 */
int pins_claim(struct pins *pins, const char *dir, bool *left);
/* Detach and unpin all that a dead instance left. 0 or a reported error. */
int pins_discard(const struct pins *pins);

/* The maps (unless they were adopted, and so are pinned) and the programs. 0 or a reported error; so below. */
int pins_add_object(const struct pins *pins, const struct object *object, bool adopted);
int pins_add_hook(const struct pins *pins, const struct hook *hook);
/* The two steps of that, for what must not be unpinned in between. */
int pins_stage_hook(const struct pins *pins, const struct hook *hook);
int pins_settle_hook(const struct pins *pins, const struct hook *hook);
void pins_unstage_hook(const struct pins *pins, const struct hook *hook);
void pins_remove_hook(const struct pins *pins, const struct hook *hook);

/* Unpin all and give the lock back. Harmless if nothing was claimed. */
void pins_release(struct pins *pins);
/* Give the lock back, and leave all as it is for the next owner. */
void pins_leave(struct pins *pins);

/* ---- the readers' side ---- */

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

/* Its --timeout of a state, ns; TIME_WAIT: 2MSL. 0: it can't be read. */
__u64 running_timeout(const struct running *running, unsigned int state);

/* bpffs keeps names with dots for itself, so interfaces are named by index. */
#define PIN_NAME 96

/*
 * Two who change what is tracked at once would mix their lists. The directory
 * itself is locked by the owner, so they queue up at one inside. A descriptor
 * to close afterwards, or a reported error.
 */
int pins_lock_changes(int dir_fd, const char *dir);

/* One pinned hook. fd: its link, or for clsact its program. Non-zero from visit ends the walk. */
struct pinned_hook {
	enum hook_kind kind;
	bool receive;
	unsigned int ifindex;
	__u64 netns;              /* inode of the network namespace that ifindex is of */
	int fd;
	bool staged;              /* pinned on its way into another's place */
	char name[PIN_NAME];
};
int running_hooks(int dir_fd, int (*visit)(void *arg, const struct pinned_hook *hook), void *arg);
/* Detach it, as far as it is attached, and unpin it. 0 or a reported error. */
int pinned_hook_remove(const struct pins *pins, const struct pinned_hook *hook);
int running_programs(int dir_fd, int (*visit)(void *arg, int prog_fd), void *arg);

/* With SIGTERM by sigqueue(3): end, and leave nothing behind, whatever the options say. */
#define SIGNAL_TAKE_DOWN 0x746370

/* End the instance at dir, or clean what it left. *found: whether there was one. 0 or a reported error. */
int pins_take_down(const char *dir, bool *found);

#endif
