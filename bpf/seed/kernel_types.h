/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What is read of the kernel's own structures: only these members, wherever the running kernel has
 * them (CO-RE). The names are the kernel's, from include/net/sock.h, inet_timewait_sock.h,
 * request_sock.h, and linux/tcp.h. Anonymous unions need not be told.
 */
#ifndef TCPSTATE_BPF_SEED_KERNEL_TYPES_H
#define TCPSTATE_BPF_SEED_KERNEL_TYPES_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* Not to be taken for that of <linux/in6.h>: libbpf does not look at what follows three underscores. */
struct in6_addr___kernel {
	union {
		__be32 u6_addr32[4];
	} in6_u;
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	volatile unsigned char skc_state;
	int skc_bound_dev_if;
	__u32 skc_tw_rcv_nxt;
	__u32 skc_tw_snd_nxt;
	__u32 skc_rcv_wnd; /* of a request */
	struct in6_addr___kernel skc_v6_daddr;
	struct in6_addr___kernel skc_v6_rcv_saddr;
};

struct net_device {
	int ifindex;
};

struct dst_entry {
	struct net_device *dev;
};

struct sock {
	struct sock_common __sk_common;
	struct dst_entry *sk_dst_cache;
	int sk_rx_dst_ifindex; /* since 5.17 */
};

struct inet_sock {
	struct sock sk;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	__u8 icsk_retransmits;
	struct {
		__u32 lrcvtime;
	} icsk_ack;
};

struct tcp_options_received {
	__u32 ts_recent;
	__u32 rcv_tsecr;
	__u16 tstamp_ok : 1, wscale_ok : 1, sack_ok : 3, snd_wscale : 4, rcv_wscale : 4;
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u64 bytes_received;
	__u32 rcv_nxt;
	__u32 rcv_wup;
	__u32 snd_nxt;
	__u64 bytes_acked;
	__u32 snd_una;
	__u32 rcv_tstamp;
	__u32 snd_wnd;
	__u32 rcv_wnd;
	__u32 write_seq;
	__u32 tsoffset;
	struct tcp_options_received rx_opt;
};

struct timer_list {
	unsigned long expires;
};

struct inet_timewait_sock {
	volatile unsigned char tw_substate;
	unsigned int tw_rcv_wscale : 4; /* or a byte */
	unsigned int tw_usec_ts : 1;    /* since 6.7 */
	struct timer_list tw_timer;
};

struct tcp_timewait_sock {
	struct inet_timewait_sock tw_sk;
	__u32 tw_rcv_wnd;
	__u32 tw_ts_offset;
	__u32 tw_ts_recent;
	int tw_ts_recent_stamp;
};

struct request_sock {
	__u32 ts_recent;
};

struct inet_request_sock {
	struct request_sock req;
	__u16 snd_wscale : 4, rcv_wscale : 4, tstamp_ok : 1, sack_ok : 1, wscale_ok : 1;
};

struct tcp_request_sock {
	struct inet_request_sock req;
	__u32 rcv_isn;
	__u32 snt_isn;
	__u32 ts_off;
	__u32 rcv_nxt;
	bool req_usec_ts; /* since 6.7 */
};

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
	unsigned int uid;
};

#pragma clang attribute pop

#endif
