/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What opening SYNs tell of their hosts, natively: bpf/track/host_maps.h over lists instead of maps. */
#ifndef TCPSTATE_TESTS_NATIVE_HOSTS_H
#define TCPSTATE_TESTS_NATIVE_HOSTS_H

#include "bpf/parse/packet.h"

struct native_host;
struct native_pair;

struct native_hosts {
	struct native_host *first_host;
	struct native_pair *first_pair;
};

/* The host at end x has given a tuple in TIME_WAIT to a new incarnation, after waited_ms. */
void native_note_reuse(struct native_hosts *hosts, const struct flow_key *key, __u32 x, __u8 reuse, __u32 waited_ms);

/* p completes a handshake, and has a timestamp. */
void native_note_opening(struct native_hosts *hosts, const struct packet *p, __u64 now);

/* What is known of the host at end x of the key, and of the connections that it opened to the other end; or NULL. */
const struct host_reuse *native_find_reuse(const struct native_hosts *hosts, const struct flow_key *key, __u32 x);
const struct pair_clock *native_find_pair(const struct native_hosts *hosts, const struct flow_key *key, __u32 x);

void native_hosts_clear(struct native_hosts *hosts);

#endif
