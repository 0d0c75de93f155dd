// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * The programs. Every packet goes on unchanged: XDP_PASS, TC_ACT_UNSPEC.
 * Follow one: parse.h, flow_table.h, tracker.h, events.h.
 */
#include <linux/pkt_cls.h>

#include "maps.h"
#include "parse/parse.h"
#include "track/audit.h"
#include "track/sweep.h"
#include "track/tracker.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* What the parser made of a packet, on to the tracker or to a counter. */
static __always_inline void handle(const struct packet *p, int parsed, enum counter direction)
{
	enum vantage vantage = !end_host ? VANTAGE_TRANSIT :
			       direction == COUNT_FRAMES_TX ? VANTAGE_TRANSMIT : VANTAGE_RECEIVE;

	if (parsed)
		count_passed_over(passed_reason(parsed));
	else
		track(p, vantage);
}

SEC("xdp.frags")
int tcpstate_xdp(struct xdp_md *ctx)
{
	struct packet p;

	count(COUNT_FRAMES_RX);
	handle(&p, parse_xdp(ctx, &p), COUNT_FRAMES_RX);
	return XDP_PASS;
}

SEC("tc")
int tcpstate_tc_ingress(struct __sk_buff *skb)
{
	struct packet p;

	count(COUNT_FRAMES_RX);
	handle(&p, parse_skb(skb, &p, SEEN_COMING), COUNT_FRAMES_RX);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int tcpstate_tc_egress(struct __sk_buff *skb)
{
	struct packet p;

	count(COUNT_FRAMES_TX);
	handle(&p, parse_skb(skb, &p, SEEN_GOING), COUNT_FRAMES_TX);
	return TC_ACT_UNSPEC;
}

/* Not attached: user space runs it. XDP_TX: more is to be swept, run it again. */
SEC("xdp")
int tcpstate_sweep(struct xdp_md *ctx)
{
	clock_synchronize();
	act_on_audit();
	return sweep_step() ? XDP_TX : XDP_PASS;
}

/* Not on the stack, where slow_path leaves no room for what replay's program needs beside a packet's. */
static struct packet replay_packet;

/*
 * All that replay does, in one program, as the verifier takes half a second for each. Not
 * attached. XDP_TX: more is to be settled, run it again.
 */
SEC("xdp.frags")
int tcpstate_replay(struct xdp_md *ctx)
{
	if (replay_task == REPLAY_EXPIRE) {
		replay_expire();
	} else if (replay_task == REPLAY_SETTLE) {
		return replay_settle() ? XDP_TX : XDP_PASS;
	} else {
		count(COUNT_FRAMES_RX);
		handle(&replay_packet, parse_xdp(ctx, &replay_packet), COUNT_FRAMES_RX);
	}
	return XDP_PASS;
}
