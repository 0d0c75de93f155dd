/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The ways to open and close a connection that the traffic program knows. */
#ifndef TRAFFIC_PATTERNS_H
#define TRAFFIC_PATTERNS_H

#include "end.h"

/* Which port the server's end has, so that rules for a path can tell. */
enum port_kind {
	PORT_LISTENING = 8000, /* plus the worker's number */
	PORT_STAYING = 8100,   /* the connection is not over; for --hold only */
	PORT_CLOSED = 7000,    /* nobody listens */
	PORT_CROSSING = 9000,  /* the path must let FINs cross */
	PORT_OPENING = 9100,   /* SYNs must cross; nobody listens */
	PORT_BOTH = 9200,      /* SYNs and FINs must cross; nobody listens */
};

struct pattern;

struct connection {
	unsigned long number;
	int family;
	const struct pattern *pattern;
	int listener;             /* for this family and port; -1: none */
	struct end client;
	struct end server;
};

struct pattern {
	const char *name;
	enum port_kind port;
	void (*run)(struct connection *connection);
	const char *what;
};

extern const struct pattern patterns[];
extern const int pattern_count;

/* What the bulk pattern sends, each way. */
void bulk_size_set(unsigned long bytes);

#endif
