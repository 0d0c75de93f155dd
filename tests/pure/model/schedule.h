/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* All that a run is made of. The same schedule always gives the same run. */
#ifndef TCPSTATE_MODEL_SCHEDULE_H
#define TCPSTATE_MODEL_SCHEDULE_H

#include "wire.h"

enum verb {
	DO_OPEN,      /* amount: the life; its ISN is the schedule's */
	DO_SEND,      /* amount: bytes */
	DO_SHUT,      /* shutdown(SHUT_WR) */
	DO_CLOSE,     /* close(): as an orphan */
	DO_ABORT,
	DO_STOP_READING,
	DO_READ,
	DO_KEEPALIVE,
	DO_REBOOT,
	DO_FORGE,     /* somebody else sends a frame in the end's name; amount: which one */
	VERBS
};

extern const char *const verb_text[VERBS];

struct action {
	__u64 at;     /* ns */
	__u64 amount;
	__u8 end;
	__u8 verb;
};

/* What the network does to a frame, by the order in which frames are sent. */
enum mishap {
	LOST_BEFORE,   /* ...the observer sees it */
	LOST_BEHIND,
	LATE_BEFORE,   /* by_us later than the others */
	LATE_BEHIND,
	TWICE_BEFORE,  /* the copy passes the observer, too */
	TWICE_BEHIND,
	FINS_LOST,     /* behind the observer: this frame's sender's, for ever (a firewall) */
	MISHAPS
};

extern const char *const mishap_text[MISHAPS];

struct net_event {
	__u16 frame;
	__u8 mishap;
	__u32 by_us;
};

/* What the observer does to a frame, by the order in which frames pass it. */
enum slip {
	MISSED,
	DOUBLED,
	SWAPPED,  /* with the next one */
	SLIPS
};

extern const char *const slip_text[SLIPS];

struct slip_event {
	__u16 frame;
	__u8 slip;
	__u8 more;    /* as many behind it, too (MISSED: a blind moment) */
};

enum view { VIEW_TAP, VIEW_END_0, VIEW_END_1 };

#define ACTIONS 24
#define FORGED 2
#define NET_EVENTS 8
#define SLIP_EVENTS 8
#define LIVES 4

struct end_options {
	__u8 offers;   /* enum option */
	__u8 scale;
	__u8 habits;   /* enum habit */
	__u32 buffer;
	__u32 segment;
	__u32 reply;
	__u32 ts_offset;
	__u32 iss[LIVES];
};

struct schedule {
	const char *name;   /* of the conversation; NULL: a random one */
	struct end_options end[2];
	__u32 delay_us[2];  /* from end 0 to 1, and back */
	__u8 tap;           /* percent of the way from end 0 to end 1 */
	__u8 view;          /* enum view */
	__u8 seen;          /* mask: whose frames pass the observer */
	bool swapped_key;   /* end 0 is the key's end 1 */
	__u8 action_count, net_count, slip_count;
	struct action action[ACTIONS];
	__u8 forged_count;
	struct wire forged[FORGED];
	struct net_event net[NET_EVENTS];
	struct slip_event slip[SLIP_EVENTS];
};

/* At random. doubles: may the observer see a frame twice? */
void schedule_random(struct schedule *s, __u64 seed, bool doubles);

/* splitmix64, which is the same everywhere. */
struct dice {
	__u64 state;
};

__u32 roll(struct dice *d, __u32 sides);

#endif
