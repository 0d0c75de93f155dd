/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From one of the kernel's sockets to struct socket_facts. A whole socket is locked while the
 * program looks at it; a request or a TIME_WAIT one is not, but hardly changes.
 */
#ifndef TCPSTATE_BPF_SEED_SOCKET_H
#define TCPSTATE_BPF_SEED_SOCKET_H

#include "track/clock.h"
#include "parse/key.h"
#include "seed/kernel_types.h"
#include "seed/maps.h"
#include "socket_address.h"
#include "tcpstate/units.h"

#define KERNEL_NEW_SYN_RECV 12

/* ---- addresses ----------------------------------------------------------- */

static __always_inline struct address ipv6_address(const struct in6_addr___kernel *from)
{
	const __be32 a = from->in6_u.u6_addr32[0], b = from->in6_u.u6_addr32[1];
	const __be32 c = from->in6_u.u6_addr32[2], d = from->in6_u.u6_addr32[3];

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (struct address){ .high = (__u64)b << 32 | a, .low = (__u64)d << 32 | c };
#else
	return (struct address){ .high = (__u64)a << 32 | b, .low = (__u64)c << 32 | d };
#endif
}

static __always_inline bool read_ends(struct seed_work *w, const struct sock_common *skc)
{
	struct address own, peer;
	const __u16 family = skc->skc_family;

	if (family == FAMILY_IPV4) {
		own = mapped_address(skc->skc_rcv_saddr);
		peer = mapped_address(skc->skc_daddr);
	} else if (family == FAMILY_IPV6 && bpf_core_field_exists(skc->skc_v6_daddr)) {
		own = ipv6_address(&skc->skc_v6_rcv_saddr);
		peer = ipv6_address(&skc->skc_v6_daddr);
	} else {
		return false;
	}
	*(key_word *)&w->addr[0][0] = own.high;
	*(key_word *)&w->addr[0][8] = own.low;
	*(key_word *)&w->addr[1][0] = peer.high;
	*(key_word *)&w->addr[1][8] = peer.low;
	__builtin_memset(&w->at, 0, sizeof(w->at));
	set_ends(&w->at, own, peer, bpf_htons(skc->skc_num), skc->skc_dport, 0);
	return skc->skc_num && skc->skc_dport;
}

/* ---- time ---------------------------------------------------------------- */

/* How long ago it was. The kernel keeps 32 bits of its jiffies. */
static __always_inline __u64 since_jiffies(__u32 then)
{
	__u32 ago = (__u32)bpf_jiffies64() - then;

	return then && ago < 1u << 31 ? (__u64)ago * tick_ns : 0;
}

/* tcp_clock_ms() or _us(), as it is in a timestamp. */
static __always_inline __u32 timestamp_now(bool micro)
{
	return bpf_ktime_get_ns() / (micro ? 1000 : NS_PER_MS);
}

/* ---- the three kinds ----------------------------------------------------- */

static __always_inline __u16 option_traits(__u32 timestamps, __u32 sack, __u32 wscale)
{
	return (timestamps ? END_TIMESTAMPS : 0) | (sack ? END_SACK : 0) | (wscale ? END_WSCALE : 0);
}

static __always_inline void read_whole(struct seed_work *w, const struct tcp_sock *tp)
{
	const struct sock *sk = &tp->inet_conn.icsk_inet.sk;
	const struct tcp_options_received *options = &tp->rx_opt;
	const struct dst_entry *route = sk->sk_dst_cache;
	struct socket_facts *s = &w->facts;
	__u64 data, ack;

	s->snd_una = tp->snd_una;
	s->snd_nxt = tp->snd_nxt;
	s->snd_edge = s->snd_una + tp->snd_wnd;
	s->rcv_nxt = tp->rcv_nxt;
	s->rcv_acked = tp->rcv_wup;
	s->rcv_edge = s->rcv_acked + tp->rcv_wnd;
	s->bytes_acked = tp->bytes_acked;
	s->bytes_received = tp->bytes_received;
	s->ts_recent = options->ts_recent;
	/* The kernel has taken its offset off. */
	s->ts_sent = options->rcv_tsecr ? options->rcv_tsecr + tp->tsoffset : 0;
	s->traits = option_traits(BPF_CORE_READ_BITFIELD(options, tstamp_ok), BPF_CORE_READ_BITFIELD(options, sack_ok),
				  BPF_CORE_READ_BITFIELD(options, wscale_ok));
	s->snd_wscale = BPF_CORE_READ_BITFIELD(options, snd_wscale);
	s->rcv_wscale = BPF_CORE_READ_BITFIELD(options, rcv_wscale);
	s->fin_sent = s->snd_nxt == tp->write_seq;
	s->fin_repeats = tp->inet_conn.icsk_retransmits;

	data = since_jiffies(tp->inet_conn.icsk_ack.lrcvtime);
	ack = since_jiffies(tp->rcv_tstamp);
	s->heard_ns = !data || (ack && ack < data) ? ack : data;

	if (s->state == STATE_SYN_SENT) {
		/* All that it offers is told by what the SYN-ACK answers. */
		s->traits = END_TIMESTAMPS | END_SACK | END_WSCALE;
		s->rcv_edge = tp->rcv_wnd < 65535 ? tp->rcv_wnd : 65535;
	}
	if (route)
		w->interfaces[1] = route->dev->ifindex;
	if (bpf_core_field_exists(sk->sk_rx_dst_ifindex))
		w->interfaces[2] = sk->sk_rx_dst_ifindex;
}

static __always_inline void read_timewait(struct seed_work *w, const struct tcp_timewait_sock *tw,
					  const struct sock_common *skc)
{
	const struct inet_timewait_sock *inet = &tw->tw_sk;
	struct socket_facts *s = &w->facts;
	__s64 left = inet->tw_timer.expires - bpf_jiffies64();
	__u32 scale = BPF_CORE_READ_BITFIELD(inet, tw_rcv_wscale);
	bool micro = bpf_core_field_exists(inet->tw_usec_ts) && BPF_CORE_READ_BITFIELD(inet, tw_usec_ts);

	s->state = inet->tw_substate;
	s->snd_una = s->snd_nxt = skc->skc_tw_snd_nxt;
	s->snd_edge = s->snd_nxt + 65535;
	s->rcv_nxt = s->rcv_acked = skc->skc_tw_rcv_nxt;
	s->rcv_edge = s->rcv_acked + tw->tw_rcv_wnd;
	s->traits = option_traits(tw->tw_ts_recent_stamp, 0, scale);
	s->rcv_wscale = scale;
	s->snd_wscale = WSCALE_UNKNOWN;
	s->fin_sent = 1;
	s->remaining_ns = left > 0 ? left * tick_ns : 0;
	if (!(s->traits & END_TIMESTAMPS))
		return;
	s->ts_recent = tw->tw_ts_recent;
	s->ts_sent = timestamp_now(micro) + tw->tw_ts_offset; /* or earlier */
}

static __always_inline void read_request(struct seed_work *w, const struct tcp_request_sock *request,
					 const struct sock_common *skc)
{
	const struct inet_request_sock *inet = &request->req;
	bool micro = bpf_core_field_exists(request->req_usec_ts) && request->req_usec_ts;
	struct socket_facts *s = &w->facts;

	s->state = STATE_SYN_RECEIVED;
	s->passive = 1;
	s->snd_una = s->snd_nxt = request->snt_isn + 1;
	s->snd_edge = s->snd_una + 65535;
	s->rcv_nxt = s->rcv_acked = request->rcv_nxt;
	s->rcv_edge = s->rcv_nxt + (skc->skc_rcv_wnd < 65535 ? skc->skc_rcv_wnd : 65535);
	s->bytes_received = s->rcv_nxt - request->rcv_isn - 1; /* of its SYN (TFO) */
	s->traits = option_traits(BPF_CORE_READ_BITFIELD(inet, tstamp_ok), BPF_CORE_READ_BITFIELD(inet, sack_ok),
				  BPF_CORE_READ_BITFIELD(inet, wscale_ok));
	s->snd_wscale = BPF_CORE_READ_BITFIELD(inet, snd_wscale);
	s->rcv_wscale = BPF_CORE_READ_BITFIELD(inet, rcv_wscale);
	s->ts_recent = inet->req.ts_recent;
	s->ts_sent = timestamp_now(micro) + request->ts_off; /* or earlier */
}

static __always_inline bool is_listened(__u16 port)
{
	return listened[port / 64 & (TRACK_PORT_WORDS - 1)] >> (port & 63) & 1;
}

static __always_inline void note_listener(const struct sock_common *skc)
{
	const __u16 port = skc->skc_num;

	listened[port / 64 & (TRACK_PORT_WORDS - 1)] |= 1ull << (port & 63); /* the walk is the only writer */
}

/* False: it has no connection. */
static __always_inline bool read_socket(struct seed_work *w, struct sock_common *skc)
{
	struct socket_facts *s = &w->facts;

	if (skc->skc_state == STATE_CLOSED || !read_ends(w, skc))
		return false;
	__builtin_memset(s, 0, sizeof(*s));
	s->state = skc->skc_state;
	s->passive = is_listened(skc->skc_num);
	w->interfaces[0] = skc->skc_bound_dev_if;
	w->interfaces[1] = w->interfaces[2] = 0;
	if (s->state == STATE_TIME_WAIT) {
		struct tcp_timewait_sock *tw = bpf_skc_to_tcp_timewait_sock(skc);

		if (tw)
			read_timewait(w, tw, skc);
		return tw;
	}
	if (s->state == KERNEL_NEW_SYN_RECV) {
		struct tcp_request_sock *request = bpf_skc_to_tcp_request_sock(skc);

		if (request)
			read_request(w, request, skc);
		return request;
	}

	struct tcp_sock *tp = bpf_skc_to_tcp_sock(skc);

	if (tp)
		read_whole(w, tp);
	return tp;
}

#endif
