// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tests/pure/truth/row.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fail(const char *what, const char *text)
{
	fprintf(stderr, "truth-gaps: %s: %s\n", what, text);
	exit(2);
}

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

const char *row_class(const struct row *row, size_t i)
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

bool row_has_timestamps(const struct row *row)
{
	for (size_t i = row->first; i < row->count; i++)
		if (row->frame[i]->packet.seg.traits & SEG_TIMESTAMP)
			return true;
	return false;
}

__u32 row_isn(const struct row *row, __u32 end)
{
	for (size_t i = row->first; i < row->count; i++) {
		const struct packet *p = &row->frame[i]->packet;

		if (p->from == end && (p->seg.flags & TH_SYN) && !p->icmp_error)
			return p->seg.seq;
	}
	return 0;
}

const char *row_side(const struct row *row, const struct packet *p)
{
	return p->from == row->local ? ">" : "<";
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

void row_parse(char *line, struct row *row)
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

void row_free(struct row *row)
{
	free(row->frame);
	*row = (struct row){};
}
