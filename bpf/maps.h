/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The maps, and the constants that user space sets between open and load. */
#ifndef TCPSTATE_BPF_MAPS_H
#define TCPSTATE_BPF_MAPS_H

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "tcpstate/abi.h"

/* Number of sets in the table; max_entries of tags and flows follow from it. */
const volatile __u32 table_sets = 1;
/* Key of the hash, drawn at load, so that nobody can aim flows at one set. */
const volatile __u64 hash_seed[6] = {};
const volatile __u32 zone_mode = ZONE_NONE;
/* Open tunnels (--no-decap clears it): those that a device of the host listens for, or all. */
const volatile bool decap = true;
const volatile bool decap_all = true;
/* A tunnel's id (VNI, GRE key) tells connections apart. EVPN's two directions have two. */
const volatile bool tunnel_ids = true;
/* Unless decap_all: a bit for each enum tunnel_kind that is opened. User space follows the devices. */
__u8 tunnels_open;
/* Sets of the embryos (embryo.h). 0: none, a SYN opens a flow of the table at once. */
const volatile __u32 embryo_sets = 0;
/* Verify TCP checksums where that is possible. */
const volatile bool verify_checksum = false;
/* An end host: what comes in is sent by the remote end, what goes out by the local one. */
const volatile bool end_host = true;
/* ns between two ticks: clock_getres(CLOCK_MONOTONIC_COARSE). 0: clock_coarse() asks a helper. */
const volatile __u32 tick_ns = 0;
/* Packets may pass several interfaces (struct packet, place); with one, its two hooks see different directions. */
const volatile bool many_places = false;
/* Replay and tests: time is replay_ns, not the kernel's. */
const volatile bool replay = false;

/* The capture's time. Unused (and unread) unless replay is set. */
__u64 replay_ns;
/* Of the packet: what tells the places of the capture apart, and its length on the wire. 0: all of it is there. */
__u32 replay_place;
__u32 replay_length;
/*
 * Replay: the slot whose flow the last run changed off the fast path, and when
 * that flow's time runs out unless it hears more. Only written by replay.
 */
__u32 touched_slot;
__u64 touched_deadline;
/* Replay: what the next run is for. */
__u32 replay_task;

/*
 * An array's values begin behind its header, at any multiple of 8: sets and
 * slots would straddle cache lines. Those of an array that can be mapped begin
 * on a page. (flows can't really be: it has locks. Only creation matters.)
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 + 1); /* table_sets, and one that only the sweep uses (end_embryo()) */
	__type(key, __u32);
	__type(value, struct tag_set);
	__uint(map_flags, BPF_F_MMAPABLE); /* for its alignment, see above */
} tags SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SET_WAYS + 1); /* table_sets * SET_WAYS, and the sweep's */
	__type(key, __u32);
	__type(value, struct flow);
	__uint(map_flags, BPF_F_MMAPABLE); /* for its alignment, see above */
} flows SEC(".maps");

/* One beside every slot of flows, under its lock; never touched by the fast path. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SET_WAYS + 1); /* as flows */
	__type(key, __u32);
	__type(value, struct history);
	__uint(map_flags, BPF_F_MMAPABLE); /* for its alignment, see above */
} histories SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct host_key);
	__type(value, struct host_reuse);
} reuses SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct pair_key);
	__type(value, struct pair_clock);
} pairs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 << 20); /* bytes */
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct settings);
} settings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 4096);
	__type(key, struct track_net);
	__type(value, __u8);
} track_nets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, TRACK_PORT_WORDS);
	__type(key, __u32);
	__type(value, __u64);
} track_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct instance);
} instance SEC(".maps");

#endif
