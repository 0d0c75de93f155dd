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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pure/native/tracker.h"
#include "tests/pure/truth/forge.h"
#include "tests/pure/truth/row.h"

#define MSL 30 /* seconds */
#define SWEEP_INTERVAL SECOND
#define MOST_MISSING 3

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

/* ---- one run ------------------------------------------------------------ */

static __u8 state_of(const struct row *row, __u32 end)
{
	const struct flow *f = native_find(&tracker, &row->key);

	return f ? f->state[end] : STATE_CLOSED;
}

static void print_frame(const struct row *row, const char *number, const struct packet *p, __u64 time,
			const char *judgment)
{
	const struct segment *s = &p->seg;
	const __u32 x = p->from & 1;

	printf("  %6s %9.1f  %s %-5s %11d %11d %5u %5u", number, (time - row->frame[0]->time) / 1e6,
	       row_side(row, p), p->icmp_error ? "icmp" : flag_text(s->flags), (int)(s->seq - row_isn(row, x)),
	       s->flags & TH_ACK ? (int)(s->ack - row_isn(row, x ^ 1)) : 0, s->len, s->window);
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
	native_settle(&tracker);
	return state_of(row, row->local);
}

/* ---- frames missing ----------------------------------------------------- */

static void try_gaps(const struct row *row, int width)
{
	const char *stamps = row_has_timestamps(row) ? "/ts" : "";
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
			printf("%s%s", k ? "+" : "", row_class(row, i + k));
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
				       row_side(row, &v.forged[0]), state_name(state));
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

		row_parse(line, &row);
		if (show)
			show_row(&row, without, forged);
		else
			try_all(&row);
		row_free(&row);
	}
	return 0;
}
