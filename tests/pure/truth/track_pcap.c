// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * track-pcap [--all|--strays] FILE: a capture through the parser and the tracker of
 * tests/pure/native: so that a wrong state is the core's, and can be debugged with
 * gdb and printf.
 *
 * Output, one line each, separated by tabs:
 *
 *	state FRAME TIME INCARNATION INITIATOR CAUSE JUDGMENT END STATE WAS END STATE WAS
 *	frame FRAME TIME INCARNATION SENDER RECEIVER FLAGS SEQ ACK LEN WIN TSVAL TSECR JUDGMENT
 *	      SENDER-STATE RECEIVER-STATE			(with --all)
 *	stray FRAME TIME KIND					(with --strays, which is --all and these)
 *
 * FRAME counts from 1; 0 is a timeout. Each INCARNATION has another number.
 * SEQ and ACK are relative to the ISN of the end that they number, where it is known.
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcpstate/core/open.h"
#include "tests/pure/native/tracker.h"
#include "tests/pure/truth/capture.h"

#define MSL 30 /* seconds */
#define SWEEP_INTERVAL SECOND

static const char *const cause_names[CAUSE_COUNT] = {
#define X(name, text) text,
	CAUSES(X)
#undef X
};

static const char *const stray_names[STRAY_COUNT] = {
#define X(name, text) [STRAY_##name] = text,
	STRAYS(X)
#undef X
};

static struct native_tracker tracker;
static bool show_all, show_strays;

/* What is being looked at. */
static unsigned long frame_number;
static const char *looking; /* at no segment: what is printed for its judgment */

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

static void print_state(const struct event *e)
{
	printf("state");
	print_time(e->cause == CAUSE_TIMEOUT ? 0 : frame_number, e->time);
	printf("\t%" PRIu64 "\t%u\t%s\t%s", (uint64_t)e->id, e->initiator, cause_names[e->cause],
	       looking ? looking : judgment_name(tracker.judgment));
	for (int end = 0; end < 2; end++) {
		print_end(&e->key, end);
		printf("\t%s\t%s", state_name(e->state[end]), state_name(e->was[end]));
	}
	putchar('\n');
}

/* Its time is that of its segment, which may have been held until now. */
static void print_stray(const struct stray_event *e)
{
	printf("stray");
	print_time(frame_number, e->event.time);
	printf("\t%s\n", stray_names[e->kind]);
}

static void told(void *arg, const void *record)
{
	const __u32 type = *(const __u32 *)record;

	if (type == EVENT_STATE)
		print_state(record);
	else if (type == EVENT_STRAY && show_strays)
		print_stray(record);
}

static __u32 isn_of(const struct flow *f, unsigned int end)
{
	return f && f->past[end].traits & END_SYN ? f->past[end].isn : 0;
}

/* f: NULL, if the frame belongs to no flow. */
static void print_frame(const struct flow *f, const struct packet *p, const char *judgment, __u64 time)
{
	const struct segment *s = &p->seg;
	const unsigned int x = p->from & 1;

	printf("frame");
	print_time(frame_number, time);
	printf("\t%" PRIu64, f ? (uint64_t)f->id : 0);
	print_end(&p->key, x);
	print_end(&p->key, x ^ 1);
	printf("\t%s\t%u\t%u\t%u\t%u", flag_text(s->flags), s->seq - isn_of(f, x),
	       s->flags & TH_ACK ? s->ack - isn_of(f, x ^ 1) : 0, s->len, s->window);
	if (s->traits & SEG_TIMESTAMP)
		printf("\t%u\t%u", s->tsval, s->tsecr);
	else
		printf("\t-\t-");
	printf("\t%s\t%s\t%s\n", judgment, state_name(f ? f->state[x] : 0),
	       state_name(f ? f->state[x ^ 1] : 0));
}

/* ---- the tracker -------------------------------------------------------- */

static void sweep(__u64 now)
{
	static __u64 last;

	if (last && now - last < SWEEP_INTERVAL)
		return;
	last = now;
	looking = "-";
	native_sweep(&tracker, now);
}

static void track(const struct packet *p, __u64 now)
{
	const struct flow *f;

	looking = p->icmp_error ? "ICMP" : NULL;
	native_track(&tracker, p, LOCAL_TRANSIT, now);
	f = native_find(&tracker, &p->key);
	if (show_all && (f || !p->icmp_error))
		print_frame(f, p, looking ? looking : f ? judgment_name(tracker.judgment) : "NO_FLOW", now);
}

static int track_file(const char *path)
{
	struct capture capture;

	if (capture_read(path, &capture) < 0)
		return 1;
	for (size_t i = 0; i < capture.count; i++) {
		const struct captured *f = &capture.frame[i];

		frame_number = f->number;
		sweep(f->time);
		if (f->parsed)
			track(&f->packet, f->time);
	}
	capture_free(&capture);
	return 0;
}

int main(int argc, char **argv)
{
	show_strays = argc > 1 && strcmp(argv[1], "--strays") == 0;
	show_all = show_strays || (argc > 1 && strcmp(argv[1], "--all") == 0);
	if (argc != 2 + show_all) {
		fprintf(stderr, "usage: track-pcap [--all|--strays] FILE\n");
		return 2;
	}
	tracker.settings = native_settings(MSL);
	tracker.told = told;
	return track_file(argv[argc - 1]);
}
