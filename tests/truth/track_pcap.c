// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * track-pcap [--all] FILE: a capture through the parser and the core, natively
 * and over a plain table. What bpf/tracker.h does to a slot, this does to a
 * list element, in the same order, without a fast path: so that a wrong state
 * is the core's, and can be debugged with gdb and printf.
 *
 * Output, one line each, separated by tabs:
 *
 *	state FRAME TIME INCARNATION INITIATOR CAUSE JUDGMENT END STATE WAS END STATE WAS
 *	frame FRAME TIME INCARNATION SENDER RECEIVER FLAGS SEQ ACK LEN WIN TSVAL TSECR JUDGMENT
 *	      SENDER-STATE RECEIVER-STATE			(with --all)
 *
 * FRAME counts from 1; 0 is a timeout. INCARNATION counts from 1 on each key.
 * SEQ and ACK are relative to the ISN of the end that they number, where it is known.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#define PCAP_DONT_INCLUDE_PCAP_BPF_H /* it has the names of linux/bpf.h */
#include <pcap/pcap.h>
#include <pcap/dlt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/parse_walk.h"
#include "tcpstate/apply.h"

#define SECOND 1000000000ull
#define MSL (30 * SECOND)
#define BUCKETS 65536
#define SWEEP_INTERVAL SECOND

/* DESIGN 4 */
static const struct settings settings = {
	.timeout_ns = {
		[STATE_SYN_SENT] = 120 * SECOND,
		[STATE_SYN_RECEIVED] = 60 * SECOND,
		[STATE_ESTABLISHED] = 86400 * SECOND,
		[STATE_FIN_WAIT_1] = 120 * SECOND,
		[STATE_FIN_WAIT_2] = 86400 * SECOND,
		[STATE_CLOSE_WAIT] = 86400 * SECOND,
		[STATE_CLOSING] = 120 * SECOND,
		[STATE_LAST_ACK] = 120 * SECOND,
		[STATE_TIME_WAIT] = 2 * MSL,
		[STATE_CLOSED] = 2 * MSL,
	},
	.unconfirmed_ns = 300 * SECOND,
};

static const char *const state_names[STATE_SLOTS] = {
#define X(name, number, label) [number] = #name,
	TCP_STATES(X)
#undef X
};

static const char *const cause_names[CAUSE_COUNT] = {
#define X(name, text) text,
	CAUSES(X)
#undef X
};

#define NAME(judgment) [JUDGE_##judgment] = #judgment
static const char *const judgment_names[] = {
	NAME(ACCEPT), NAME(SYN_AGAIN), NAME(SYN_RESTART), NAME(SYN_CROSSED), NAME(SYN_ACK),
	NAME(SYN_ACK_AGAIN), NAME(RST), NAME(REFUSED), NAME(OPEN), NAME(OPEN_SYN_ACK),
	NAME(OPEN_MIDSTREAM), NAME(UNIGNORED), NAME(RST_ANSWER), NAME(BAD_FLAGS), NAME(BAD_CHECKSUM),
	NAME(CHALLENGE_SYN), NAME(SYN_ACK_WRONG), NAME(RST_INEXACT), NAME(RST_INVALID), NAME(OLD),
	NAME(OUT_OF_WINDOW), NAME(ACK_UNSENT), NAME(ACK_OLD), NAME(PAWS), NAME(DATA_AFTER_FIN),
	NAME(LATE),
};
#undef NAME

/* A flow of the table; flow.id is 0 once it has been swept, and its key lives on. */
struct entry {
	struct flow flow;
	unsigned int incarnation;
	struct entry *next;
};

static struct entry *table[BUCKETS];
static bool show_all;

/* What is being looked at; 0: a sweep. */
static unsigned long frame_number;

static const char *judgment_name(unsigned int judgment)
{
	static char number[16];

	if (judgment < sizeof(judgment_names) / sizeof(*judgment_names) && judgment_names[judgment])
		return judgment_names[judgment];
	snprintf(number, sizeof(number), "%u", judgment);
	return number;
}

static const char *state_name(unsigned int state)
{
	return state < STATE_SLOTS && state_names[state] ? state_names[state] : "-";
}

static void print_end(const struct flow_key *key, unsigned int end)
{
	static const __u8 mapped[12] = { [10] = 0xff, [11] = 0xff };
	const __u8 *addr = key->addr[end];
	char text[INET6_ADDRSTRLEN];

	if (memcmp(addr, mapped, sizeof(mapped)) == 0) {
		inet_ntop(AF_INET, addr + sizeof(mapped), text, sizeof(text));
		printf("\t%s:%u", text, port_number(key, end));
	} else {
		inet_ntop(AF_INET6, addr, text, sizeof(text));
		printf("\t[%s]:%u", text, port_number(key, end));
	}
}

static void print_time(unsigned long frame, __u64 time)
{
	printf("\t%lu\t%" PRIu64 ".%09" PRIu64, frame, (uint64_t)(time / SECOND), (uint64_t)(time % SECOND));
}

static void print_state(const struct entry *e, state_pair was, state_pair is, enum cause cause, const char *judgment,
			unsigned long frame, __u64 time)
{
	const struct flow *f = &e->flow;

	printf("state");
	print_time(frame, time);
	printf("\t%u\t%u\t%s\t%s", e->incarnation, f->initiator, cause_names[cause], judgment);
	for (int end = 0; end < 2; end++) {
		print_end(&f->key, end);
		printf("\t%s\t%s", state_name(state_in_pair(is, end)), state_name(state_in_pair(was, end)));
	}
	putchar('\n');
}

static const char *flag_text(__u8 flags)
{
	static const char letters[] = "FSRP.UEW";
	static char text[9];
	int n = 0;

	for (int bit = 0; bit < 8; bit++)
		if (flags & 1 << bit)
			text[n++] = letters[bit];
	text[n] = 0;
	return n ? text : "none";
}

static __u32 isn_of(const struct entry *e, unsigned int end)
{
	return e && e->flow.past[end].traits & END_SYN ? e->flow.past[end].isn : 0;
}

/* e: NULL, if the frame belongs to no flow. */
static void print_frame(const struct entry *e, const struct packet *p, const char *judgment, __u64 time)
{
	const struct segment *s = &p->seg;
	const unsigned int x = p->from & 1;

	if (!show_all)
		return;
	printf("frame");
	print_time(frame_number, time);
	printf("\t%u", e ? e->incarnation : 0);
	print_end(&p->key, x);
	print_end(&p->key, x ^ 1);
	printf("\t%s\t%u\t%u\t%u\t%u", flag_text(s->flags), s->seq - isn_of(e, x),
	       s->flags & TH_ACK ? s->ack - isn_of(e, x ^ 1) : 0, s->len, s->window);
	if (s->traits & SEG_TIMESTAMP)
		printf("\t%u\t%u", s->tsval, s->tsecr);
	else
		printf("\t-\t-");
	printf("\t%s\t%s\t%s\n", judgment, state_name(e ? e->flow.state[x] : 0),
	       state_name(e ? e->flow.state[x ^ 1] : 0));
}

/* ---- the table ---------------------------------------------------------- */

static struct entry *entry_of(const struct flow_key *key)
{
	const __u8 *bytes = (const __u8 *)key;
	__u32 hash = 2166136261u; /* FNV-1a */
	struct entry *e;

	for (size_t i = 0; i < sizeof(*key); i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	for (e = table[hash % BUCKETS]; e; e = e->next)
		if (memcmp(&e->flow.key, key, sizeof(*key)) == 0)
			return e;
	e = calloc(1, sizeof(*e));
	if (!e) {
		perror("track-pcap: a table entry");
		exit(1);
	}
	e->flow.key = *key;
	e->next = table[hash % BUCKETS];
	table[hash % BUCKETS] = e;
	return e;
}

/* How the incarnation ends: conclude() of bpf/tracker.h. */
static void conclude(struct entry *e, enum cause cause, const char *judgment, unsigned long frame, __u64 time)
{
	struct flow *f = &e->flow;
	const state_pair was = state_pair_of(f);

	step_timeout(f);
	if (!(f->traits & FLOW_QUIET) && (state_pair_of(f) != was))
		print_state(e, was, state_pair_of(f), cause, judgment, frame, time);
}

static void sweep(__u64 now)
{
	static __u64 last;

	if (last && now - last < SWEEP_INTERVAL)
		return;
	last = now;
	for (unsigned int i = 0; i < BUCKETS; i++) {
		for (struct entry *e = table[i]; e; e = e->next) {
			__u64 deadline = flow_deadline(&e->flow, &settings);

			if (!e->flow.id || deadline >= now)
				continue;
			conclude(e, CAUSE_TIMEOUT, "-", 0, deadline);
			e->flow.id = 0;
		}
	}
}

/* ---- one segment -------------------------------------------------------- */

static void open_entry(struct entry *e, const struct packet *p, enum judgment judgment, __u64 now)
{
	struct flow *f = &e->flow;

	*f = (struct flow){ .key = p->key, .id = 1 };
	e->incarnation++;
	if (p->self)
		f->traits = FLOW_SELF;
	open_flow(f, p->from & 1, &p->seg, judgment, now);
}

/* slow_path() of bpf/tracker.h */
static void track_segment(const struct packet *p, __u64 now)
{
	struct entry *e = entry_of(&p->key);
	const struct segment *s = &p->seg;
	const __u32 x = p->from & 1;
	struct flow *f = &e->flow;
	enum judgment judgment;
	struct outcome what = {};
	bool fresh = !f->id;

	if (fresh) {
		if (!opens_flow(s)) {
			print_frame(NULL, p, "NO_FLOW", now);
			return;
		}
		judgment = judge_opening(s);
	} else {
		__u64 deadline = flow_deadline(f, &settings);

		if (deadline < now && opens_flow(s)) {
			judgment = judge_opening(s);
			conclude(e, CAUSE_TIMEOUT, judgment_name(judgment), 0, deadline);
			fresh = true;
		} else {
			judgment = judge(f, x, s, now);
			if (judgment == JUDGE_OPEN || judgment == JUDGE_OPEN_SYN_ACK) {
				conclude(e, CAUSE_REUSED, judgment_name(judgment), frame_number, now);
				fresh = true;
			}
		}
	}
	if (fresh)
		open_entry(e, p, judgment, now);
	apply(f, x, s, judgment, now, &what);
	print_frame(e, p, judgment_name(judgment), now);
	if (passes_through(f, &what))
		print_state(e, what.was, what.via, what.cause, judgment_name(judgment), frame_number, now);
	if (changes(f, &what))
		print_state(e, what.via, state_pair_of(f), what.cause, judgment_name(judgment), frame_number, now);
}

/* icmp_path() of bpf/tracker.h */
static void track_icmp_error(const struct packet *p, __u64 now)
{
	struct entry *e = entry_of(&p->key);
	struct flow *f = &e->flow;
	const state_pair was = state_pair_of(f);
	enum cause cause;

	if (!f->id)
		return;
	cause = step_icmp_error(f, p->from & 1, p->seg.seq);
	print_frame(e, p, "ICMP", now);
	if (state_pair_of(f) != was) {
		f->changed = now;
		print_state(e, was, state_pair_of(f), cause, "ICMP", frame_number, now);
	}
}

/* ---- the capture -------------------------------------------------------- */

/* The protocol that a capture's frames begin with; 0: the first byte says it. */
static __u32 first_header(int link_type, const char *path)
{
	switch (link_type) {
	case DLT_EN10MB:
		return NEXT_ETHERNET;
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
		return 0;
	}
	fprintf(stderr, "track-pcap: %s: link type %d is neither Ethernet nor raw IP\n", path, link_type);
	exit(1);
}

static int parse_captured(const struct pcap_pkthdr *header, const __u8 *bytes, __u32 first, struct packet *p)
{
	struct frame f = { bytes, bytes + header->caplen };
	struct walk w = {
		.next = first,
		.frame_len = header->len,
		.limit = header->len,
		.zone_mode = ZONE_VLAN,
		.decap = 1,
		.verify_checksum = 1, .captured = 1,
	};

	if (!first && header->caplen)
		w.next = bytes[0] >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
	*p = (struct packet){};
	return walk_frame(f, &w, p);
}

static int track_file(const char *path)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const __u8 *bytes;
	struct packet p;
	pcap_t *capture;
	__u32 first;
	int err;

	capture = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!capture) {
		fprintf(stderr, "track-pcap: %s\n", why);
		return 1;
	}
	first = first_header(pcap_datalink(capture), path);
	while ((err = pcap_next_ex(capture, &header, &bytes)) == 1) {
		__u64 now = header->ts.tv_sec * SECOND + header->ts.tv_usec;

		frame_number++;
		sweep(now);
		if (parse_captured(header, bytes, first, &p) != 0)
			continue;
		if (p.icmp_error)
			track_icmp_error(&p, now);
		else
			track_segment(&p, now);
	}
	if (err == PCAP_ERROR)
		fprintf(stderr, "track-pcap: %s: %s\n", path, pcap_geterr(capture));
	pcap_close(capture);
	return err == PCAP_ERROR;
}

int main(int argc, char **argv)
{
	show_all = argc > 1 && strcmp(argv[1], "--all") == 0;
	if (argc != 2 + show_all) {
		fprintf(stderr, "usage: track-pcap [--all] FILE\n");
		return 2;
	}
	return track_file(argv[argc - 1]);
}
