// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * truth-gaps: connections of the truth set again and again, each time with
 * other frames missing, or with a forged segment among them; holds the last
 * state of the kernel's end against what it should be. gaps.py drives it.
 *
 * Input, a connection a line, separated by tabs; FIRST and LAST are its frames, STATES the right last ones:
 *
 *	NAME CAPTURE FIRST LAST ADDRESS PORT STATES		(ADDRESS as IPv6: ::ffff:192.0.2.1)
 *
 * Output, an answer a line, separated by tabs; SIDE is < (towards the kernel's end) or >:
 *
 *	whole NAME STATE right|wrong
 *	tried NAME KIND COUNT			one, two or three missing, or the kind of a forgery
 *	gap NAME KIND FRAMES CLASSES STATE	wrong with these missing; CLASSES: what they were, with + between
 *	forged NAME KIND FRAME SIDE STATE	another state than without it, inserted after FRAME
 *
 * truth-gaps --show [--without N,N] [--forge KIND,FRAME,SIDE]: the connections frame by frame.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/native/tracker.h"
#include "tests/truth/capture.h"
#include "tests/truth/forge.h"
#include "tcpstate/seq.h"

#define MSL 30 /* seconds */
#define SWEEP_INTERVAL SECOND
#define MOST_MISSING 3

/* One connection, with what came before it on its tuple. */
struct row {
	char name[64];
	const struct captured **frame;
	size_t count, first; /* first: index of its own first frame */
	struct flow_key key;
	__u32 local;         /* the kernel's end */
	__u32 right;         /* bit by state */
};

/* What is other than in the capture. */
struct variant {
	unsigned long missing[64]; /* numbers of frames */
	int missing_count;
	struct packet forged[FORGED_MOST];
	int forged_count;
	unsigned long forged_after;
};

static struct native_tracker tracker;
static bool show;

static const char *const missing_names[MOST_MISSING + 1] = { "none", "one", "two", "three" };

/* ---- what a frame is ---------------------------------------------------- */

/* Its sender's first ACK: that of the handshake, as a passive opener's is its SYN-ACK. */
static bool is_first_ack(const struct row *row, size_t i)
{
	const struct packet *p = &row->frame[i]->packet;

	for (size_t before = row->first; before < i; before++) {
		const struct packet *q = &row->frame[before]->packet;

		if (q->from == p->from && (q->seg.flags & TH_ACK))
			return false;
	}
	return true;
}

static const char *class_of(const struct row *row, size_t i)
{
	const struct packet *p = &row->frame[i]->packet;
	const struct segment *s = &p->seg;

	if (p->icmp_error)
		return "icmp";
	if (s->traits & SEG_BAD_CHECKSUM)
		return "corrupt";
	if (s->flags & TH_RST)
		return s->flags & TH_ACK ? "rst-ack" : "rst";
	if (s->flags & TH_SYN)
		return s->flags & TH_ACK ? "syn-ack" : "syn";
	if (s->flags & TH_FIN)
		return s->len ? "data-fin" : "fin";
	if (!(s->flags & TH_ACK))
		return "no-flags";
	if (is_first_ack(row, i))
		return s->len ? "open-data" : "open-ack";
	return s->len ? "data" : "ack";
}

static bool has_timestamps(const struct row *row)
{
	for (size_t i = row->first; i < row->count; i++)
		if (row->frame[i]->packet.seg.traits & SEG_TIMESTAMP)
			return true;
	return false;
}

/* ---- one run ------------------------------------------------------------ */

static __u8 state_of(const struct row *row, __u32 end)
{
	const struct flow *f = native_find(&tracker, &row->key);

	return f ? f->state[end] : STATE_CLOSED;
}

static const char *side(const struct row *row, const struct packet *p)
{
	return p->from == row->local ? ">" : "<";
}

/* Numbers relative to the ISN, in the row's own SYNs. */
static __u32 isn_of(const struct row *row, __u32 end)
{
	for (size_t i = row->first; i < row->count; i++) {
		const struct packet *p = &row->frame[i]->packet;

		if (p->from == end && (p->seg.flags & TH_SYN) && !p->icmp_error)
			return p->seg.seq;
	}
	return 0;
}

static void print_frame(const struct row *row, const char *number, const struct packet *p, __u64 time,
			const char *judgment)
{
	const struct segment *s = &p->seg;
	const __u32 x = p->from & 1;

	printf("  %6s %9.1f  %s %-5s %11d %11d %5u %5u", number, (time - row->frame[0]->time) / 1e6,
	       side(row, p), p->icmp_error ? "icmp" : flag_text(s->flags), (int)(s->seq - isn_of(row, x)),
	       s->flags & TH_ACK ? (int)(s->ack - isn_of(row, x ^ 1)) : 0, s->len, s->window);
	if (s->traits & SEG_TIMESTAMP)
		printf(" %10u %10u", s->tsval, s->tsecr);
	else
		printf(" %10s %10s", "-", "-");
	printf("  %-15s %-12s %s\n", judgment, state_name(state_of(row, row->local)),
	       state_name(state_of(row, row->local ^ 1)));
}

static void track(const struct row *row, const char *number, const struct packet *p, __u64 time)
{
	native_track(&tracker, p, LOCAL_TRANSIT, time);
	if (show)
		print_frame(row, number, p, time,
			    p->icmp_error ? "-" : native_find(&tracker, &row->key) ? judgment_name(tracker.judgment) :
										     "NO_FLOW");
}

static bool is_missing(const struct variant *v, unsigned long number)
{
	for (int i = 0; i < v->missing_count; i++)
		if (v->missing[i] == number)
			return true;
	return false;
}

/* The last state of the kernel's end. */
static __u8 run(const struct row *row, const struct variant *v)
{
	__u64 swept = row->frame[0]->time;
	char number[24];

	native_clear(&tracker);
	for (size_t i = 0; i < row->count; i++) {
		const struct captured *f = row->frame[i];

		if (f->time - swept >= SWEEP_INTERVAL) {
			native_sweep(&tracker, f->time);
			swept = f->time;
		}
		if (show)
			snprintf(number, sizeof(number), "%lu", f->number);
		if (!is_missing(v, f->number))
			track(row, number, &f->packet, f->time);
		else if (show)
			print_frame(row, number, &f->packet, f->time, "(missing)");
		if (f->number != v->forged_after)
			continue;
		for (int k = 0; k < v->forged_count; k++) {
			/* In the middle, so that no clock says that it belongs to either. */
			__u64 gap = i + 1 < row->count ? row->frame[i + 1]->time - f->time : SECOND / 100;

			track(row, "forged", &v->forged[k], f->time + gap / 2);
		}
	}
	return state_of(row, row->local);
}

/* ---- frames missing ----------------------------------------------------- */

static void try_gaps(const struct row *row, int width)
{
	const char *stamps = has_timestamps(row) ? "/ts" : "";
	size_t tried = 0;

	for (size_t i = row->first; i + width < row->count; i++, tried++) {
		struct variant v = { .missing_count = width };
		__u8 state;

		for (int k = 0; k < width; k++)
			v.missing[k] = row->frame[i + k]->number;
		state = run(row, &v);
		if (row->right & 1 << state)
			continue;
		printf("gap\t%s\t%s\t", row->name, missing_names[width]);
		for (int k = 0; k < width; k++)
			printf("%s%lu", k ? "," : "", v.missing[k]);
		putchar('\t');
		for (int k = 0; k < width; k++)
			printf("%s%s", k ? "+" : "", class_of(row, i + k));
		printf("%s\t%s\n", stamps, state_name(state));
	}
	printf("tried\t%s\t%s\t%zu\n", row->name, missing_names[width], tried);
}

/* ---- forgeries ---------------------------------------------------------- */

/* The same forgery for the same place of the same connection. FNV-1a */
static __u64 seed_of(const struct row *row, enum forgery kind, unsigned long number, __u32 x)
{
	__u64 hash = 14695981039346656037ull;

	for (const char *c = row->name; *c; c++)
		hash = (hash ^ (__u8)*c) * 1099511628211ull;
	return hash ^ (__u64)kind << 48 ^ (__u64)(x != row->local) << 40 ^ number;
}

static bool forge_at(const struct row *row, enum forgery kind, const struct numbers *n, size_t i, __u32 x,
		     struct variant *v)
{
	*v = (struct variant){ .forged_after = row->frame[i]->number };
	v->forged_count = forge(kind, n, x, seed_of(row, kind, v->forged_after, x), v->forged);
	return v->forged_count > 0;
}

static void try_forgeries(const struct row *row, enum forgery kind, __u8 without)
{
	struct numbers n = {};
	size_t tried = 0;

	for (size_t i = row->first; i < row->count; i++) {
		numbers_learn(&n, &row->frame[i]->packet);
		for (__u32 x = 0; x < 2; x++) {
			struct variant v;
			__u8 state;

			if (!forge_at(row, kind, &n, i, x, &v))
				continue;
			tried++;
			state = run(row, &v);
			if (state != without)
				printf("forged\t%s\t%s\t%lu\t%s\t%s\n", row->name, forgery_names[kind], v.forged_after,
				       side(row, &v.forged[0]), state_name(state));
		}
	}
	printf("tried\t%s\t%s\t%zu\n", row->name, forgery_names[kind], tried);
}

static void try_all(const struct row *row)
{
	const __u8 whole = run(row, &(struct variant){});

	printf("whole\t%s\t%s\t%s\n", row->name, state_name(whole), row->right & 1 << whole ? "right" : "wrong");
	for (int width = 1; width <= MOST_MISSING; width++)
		try_gaps(row, width);
	for (int kind = 0; kind < FORGERY_COUNT; kind++)
		try_forgeries(row, kind, whole);
}

/* ---- one connection, frame by frame ------------------------------------- */

static void fail(const char *what, const char *text)
{
	fprintf(stderr, "truth-gaps: %s: %s\n", what, text);
	exit(2);
}

static void parse_missing(char *list, struct variant *v)
{
	for (char *at = strtok(list, ","); at; at = strtok(NULL, ",")) {
		if (v->missing_count == sizeof(v->missing) / sizeof(*v->missing))
			fail("too many frames without", at);
		v->missing[v->missing_count++] = strtoul(at, NULL, 10);
	}
}

/* what: KIND,FRAME,SIDE */
static void parse_forgery(const struct row *row, const char *what, struct variant *v)
{
	struct numbers n = {};
	unsigned long number;
	char kind[32], from;

	if (sscanf(what, "%31[^,],%lu,%c", kind, &number, &from) != 3)
		fail("not KIND,FRAME,SIDE", what);
	for (size_t i = row->first; i < row->count; i++) {
		numbers_learn(&n, &row->frame[i]->packet);
		for (int k = 0; row->frame[i]->number == number && k < FORGERY_COUNT; k++)
			if (strcmp(kind, forgery_names[k]) == 0 &&
			    forge_at(row, k, &n, i, from == '>' ? row->local : row->local ^ 1, v))
				return;
	}
	fail("no such forgery there", what);
}

static void show_row(const struct row *row, const char *without, const char *forged)
{
	struct variant v = {};
	char *list = without ? strdup(without) : NULL;
	__u8 state;

	if (forged)
		parse_forgery(row, forged, &v);
	if (list)
		parse_missing(list, &v);
	free(list);
	printf("  %6s %9s    %-5s %11s %11s %5s %5s %10s %10s  %-15s %-12s %s\n", "frame", "ms", "flags", "seq", "ack",
	       "len", "win", "tsval", "tsecr", "judgment", "kernel end", "other end");
	state = run(row, &v);
	printf("  last state %s: %s\n", state_name(state), row->right & 1 << state ? "right" : "wrong");
}

/* ---- input -------------------------------------------------------------- */

static __u32 parse_states(char *list)
{
	__u32 mask = 0;

	for (char *at = strtok(list, ","); at; at = strtok(NULL, ","))
		for (int state = 0; state < STATE_SLOTS; state++)
			if (strcmp(at, state_name(state)) == 0)
				mask |= 1 << state;
	return mask;
}

/* Which end of the key this is, or -1. */
static int end_at(const struct flow_key *key, const char *address, unsigned int port)
{
	struct in6_addr a;

	if (inet_pton(AF_INET6, address, &a) != 1)
		fail("no IPv6 address", address);
	for (int end = 0; end < 2; end++)
		if (memcmp(key->addr[end], &a, sizeof(a)) == 0 && ntohs(key->port[end]) == port)
			return end;
	return -1;
}

/* c: capture of the row before, kept while it is the same. */
static const struct capture *capture_of(const char *path)
{
	static struct capture capture;
	static char *read_path;

	if (read_path && strcmp(read_path, path) == 0)
		return &capture;
	capture_free(&capture);
	free(read_path);
	read_path = strdup(path);
	if (capture_read(path, &capture) < 0)
		exit(2);
	return &capture;
}

static void gather(struct row *row, const struct capture *c, size_t first, size_t last)
{
	row->frame = calloc(last, sizeof(*row->frame));
	for (size_t i = 0; i < last; i++) {
		const struct captured *f = &c->frame[i];

		if (!f->parsed || memcmp(&f->packet.key, &row->key, sizeof(row->key)))
			continue;
		if (f->number == first)
			row->first = row->count;
		row->frame[row->count++] = f;
	}
}

static void parse_row(char *line, struct row *row)
{
	char path[512], address[64], states[128];
	unsigned long first, last;
	const struct capture *c;
	unsigned int port;
	int end;

	*row = (struct row){};
	if (sscanf(line, "%63s %511s %lu %lu %63s %u %127s", row->name, path, &first, &last, address, &port, states) != 7)
		fail("not a connection", line);
	c = capture_of(path);
	if (first < 1 || first > last || last > c->count || !c->frame[first - 1].parsed)
		fail("no such frames", line);
	row->key = c->frame[first - 1].packet.key;
	end = end_at(&row->key, address, port);
	if (end < 0)
		fail("not the end of its first frame", line);
	row->local = end;
	row->right = parse_states(states);
	gather(row, c, first, last);
}

int main(int argc, char **argv)
{
	const char *without = NULL, *forged = NULL;
	char line[1024];

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--show") == 0)
			show = true;
		else if (strcmp(argv[i], "--without") == 0 && i + 1 < argc)
			without = argv[++i];
		else if (strcmp(argv[i], "--forge") == 0 && i + 1 < argc)
			forged = argv[++i];
		else
			fail("unknown option", argv[i]);
	}
	tracker.settings = native_settings(MSL);
	while (fgets(line, sizeof(line), stdin)) {
		struct row row;

		parse_row(line, &row);
		if (show)
			show_row(&row, without, forged);
		else
			try_all(&row);
		free(row.frame);
	}
	return 0;
}
