/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the programs are told, and what a reader of pinned maps must know. */
#ifndef TCPSTATE_ABI_SETTINGS_H
#define TCPSTATE_ABI_SETTINGS_H

#include "tcpstate/abi/audit.h"
#include "tcpstate/abi/counters.h"
#include "tcpstate/abi/records.h"
#include "tcpstate/abi/state.h"

/* Replay: what a run of its program is for. */
enum replay_task { REPLAY_PACKET, REPLAY_EXPIRE /* touched_slot */, REPLAY_SETTLE /* the capture is over */ };

enum zone_mode {
	ZONE_NONE = 0,
	ZONE_VLAN,
	ZONE_IFINDEX,
	ZONE_MODE_MASK = 3,
	ZONE_NO_TUNNEL_ID = 1 << 2, /* with any of them: a tunnel's id tells no connections apart */
};

/* --track, in the kernel; several bits may be set. */
enum track_bit {
	TRACK_NETS = 1 << 0,  /* one end's address must be in the LPM trie */
	TRACK_PORTS = 1 << 1, /* one end's port must be in the bitmap */
	TRACK_NOT_NETS = 1 << 2,  /* with TRACK_NETS: neither may be */
	TRACK_NOT_PORTS = 1 << 3, /* with TRACK_PORTS: likewise */
};

/* May change while running (map "settings", one entry). */
struct settings {
	__u64 timeout_ns[STATE_SLOTS]; /* by state; CLOSED: the linger of a closed flow */
	__u64 unconfirmed_ns;          /* a mid-stream flow that nobody confirmed */
	__u64 blind_since;             /* ns: the observer is known to have missed what came before that */
	__u32 events;                  /* 1 << enum event_type: which to emit */
	__u32 track;                   /* enum track_bit */
	__u32 unconfirmed_events;      /* a second, of each enum left_out; more are counted instead of told */
	__u32 pad;
};

#define EVENTS_UNLIMITED (~0u) /* unconfirmed_events: all are told */

/* Key of the LPM trie "track_nets": IPv4 as ::ffff:0:0/96 + n. */
struct track_net {
	__u32 prefixlen;
	__u8 addr[16];
};

#define TRACK_PORT_WORDS (65536 / 64) /* map "track_ports": one bit a port, host order */

/* What the owner's event log has come to, since that owner began. */
struct log_counts {
	__u64 bytes;             /* written to the events file */
	__u64 rotations;         /* of it, as it was full (--events-max-size) */
	__u64 lost[EVENT_TYPES]; /* events that neither it nor the journal took */
};

/* What a reader of pinned maps must know (map "instance", one entry). */
struct instance {
	__u32 abi_version;
	__u32 zone_mode;
	__u32 sets;          /* of SET_WAYS slots */
	__u32 max_flows;     /* as asked for */
	__u32 embryo_sets;   /* of EMBRYO_WAYS; 0: none */
	__u32 pad;
	__u32 decap;
	__u32 pid;           /* of the owner */
	__u64 started_ns;    /* CLOCK_MONOTONIC: when the table was made */
	__s64 wall_offset;   /* ns: CLOCK_REALTIME - CLOCK_MONOTONIC, as the owner tells times */
	__u64 hash_seed[6];  /* of the table: an owner that adopts it needs the same */
	__u32 adoptions;     /* how often an owner took over what a dead one had left */
	__u32 daemon;        /* the owner is "run": the next one may go on with it */
	__u64 lost_told[LOST_COUNT][EVENT_TYPES]; /* of counters.lost, what the owner has reported */
	__u64 left_out_told[LEFT_OUT_COUNT][EVENT_TYPES]; /* of counters.left_out */
	struct log_counts log;
	struct audit_counts audit;
	char version[32];    /* of the owner's program */
};

#endif
