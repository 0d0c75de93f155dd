// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "conversations.h"

#include "endpoint.h"

#define A 0
#define B 1
#define LISTENS HABIT_LISTENS
#define AT_EOF HABIT_CLOSES_AT_EOF
#define REPLIES HABIT_REPLIES
#define LATE_ACKS HABIT_DELAYS_ACKS

struct step {
	__u32 ms;
	__u8 end, verb;
	__u64 amount;
};

static const struct conversation {
	const char *name;
	__u8 habits[2];
	bool huge;
	struct step step[ACTIONS];       /* ends with a step at 0 ms but the first */
	struct net_event net[NET_EVENTS]; /* ends with one of 0 us */
} conversations[] = {
	{ "refused", { 0, 0 }, .step = { { 0, A, DO_OPEN, 1 } } },
	{ "opened", { 0, LISTENS }, .step = { { 0, A, DO_OPEN, 1 } } },
	{ "closed in three segments", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_CLOSE } } },
	{ "closed in four segments", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_CLOSE }, { 200, B, DO_CLOSE } } },
	{ "closed by the responder", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, B, DO_CLOSE }, { 200, A, DO_CLOSE } } },
	{ "closed by the responder in three", { AT_EOF, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, B, DO_CLOSE } } },
	{ "a request and its answer", { 0, LISTENS | REPLIES | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 200 }, { 200, A, DO_CLOSE } } },
	{ "a request in the third segment", { AT_EOF, LISTENS | REPLIES },
	  .step = { { 0, A, DO_OPEN, 1 }, { 0, A, DO_SEND, 200 }, { 100, B, DO_CLOSE } } },
	{ "four requests", { 0, LISTENS | REPLIES | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 200 }, { 200, A, DO_SEND, 210 }, { 300, A, DO_SEND, 220 },
		    { 400, A, DO_SEND, 230 }, { 500, A, DO_CLOSE } } },
	{ "a chat with late ACKs", { LATE_ACKS, LISTENS | LATE_ACKS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 200 }, { 200, B, DO_SEND, 300 }, { 300, A, DO_SEND, 50 },
		    { 310, B, DO_SEND, 60 }, { 500, B, DO_CLOSE }, { 600, A, DO_CLOSE } } },
	{ "keystrokes", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 1 }, { 200, B, DO_SEND, 1 }, { 300, A, DO_SEND, 1 },
		    { 400, A, DO_CLOSE } } },
	{ "a download, closed with its data", { AT_EOF, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, B, DO_SEND, 5000 }, { 200, B, DO_CLOSE } } },
	{ "an upload, half-closed, and its answer", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 3000 }, { 150, A, DO_SHUT }, { 200, B, DO_SEND, 2000 },
		    { 300, B, DO_CLOSE } } },
	{ "half-closed by the responder", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, B, DO_SHUT }, { 200, A, DO_SEND, 300 }, { 300, A, DO_SEND, 400 },
		    { 400, A, DO_CLOSE } } },
	{ "left half-closed", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 300 }, { 200, A, DO_SHUT }, { 300, B, DO_SEND, 100 } } },
	{ "opened by both", { 0, 0 },
	  .step = { { 0, A, DO_OPEN, 1 }, { 0, B, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, B, DO_SEND, 200 },
		    { 300, A, DO_CLOSE }, { 400, B, DO_CLOSE } } },
	{ "closed by both", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_CLOSE }, { 100, B, DO_CLOSE } } },
	{ "closed by both, with data", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, B, DO_SEND, 100 }, { 200, B, DO_SHUT },
		    { 200, A, DO_SEND, 120 }, { 200, A, DO_SHUT } } },
	{ "reset by the initiator", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, B, DO_SEND, 200 }, { 300, A, DO_ABORT } } },
	{ "reset by the responder, idle", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, B, DO_ABORT } } },
	{ "half-closed, then reset", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, A, DO_SHUT }, { 300, B, DO_ABORT } } },
	{ "data for an orphan", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, A, DO_CLOSE }, { 300, B, DO_SEND, 100 } } },
	{ "the responder has forgotten it", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, B, DO_REBOOT }, { 300, A, DO_SEND, 100 } } },
	{ "the initiator has forgotten it, and opens anew", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, A, DO_REBOOT }, { 300, A, DO_OPEN, 2 },
		    { 2000, A, DO_SEND, 100 }, { 2100, A, DO_CLOSE } } },
	{ "given up while it opens", { 0, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 1, A, DO_CLOSE } } },
	{ "again, while the responder waits", { AT_EOF, LISTENS },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, B, DO_CLOSE }, { 1300, A, DO_OPEN, 2 },
		    { 1400, A, DO_SEND, 100 }, { 1500, B, DO_CLOSE } } },
	{ "again, while the initiator waits", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, A, DO_CLOSE }, { 1300, A, DO_OPEN, 2 },
		    { 1400, A, DO_SEND, 100 }, { 1500, A, DO_CLOSE } } },
	{ "again, after a reset", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 200, A, DO_ABORT }, { 300, A, DO_OPEN, 2 },
		    { 400, A, DO_SEND, 100 }, { 500, A, DO_CLOSE } } },
	{ "again, after the wait", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_CLOSE }, { 70000, A, DO_OPEN, 2 }, { 70100, A, DO_SEND, 100 },
		    { 70200, A, DO_CLOSE } } },
	{ "kept alive", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 100 }, { 1000, A, DO_KEEPALIVE }, { 2000, A, DO_KEEPALIVE },
		    { 3000, B, DO_KEEPALIVE }, { 4000, A, DO_CLOSE } } },
	{ "a shut window", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, B, DO_STOP_READING }, { 110, A, DO_SEND, 70000 }, { 4000, B, DO_READ },
		    { 8000, A, DO_CLOSE } } },
	{ "a lost SYN-ACK", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 2000, A, DO_SEND, 100 }, { 2100, A, DO_CLOSE } },
	  .net = { { 1, LOST_BEHIND, 1 } } },
	{ "lost data", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 3000 }, { 2000, A, DO_CLOSE } },
	  .net = { { 4, LOST_BEHIND, 1 } } },
	{ "a lost FIN", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_CLOSE } }, .net = { { 3, LOST_BEHIND, 1 } } },
	{ "a lost last ACK", { 0, LISTENS | AT_EOF },
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_CLOSE } }, .net = { { 5, LOST_BEHIND, 1 } } },
	{ "beyond 2^32", { 0, LISTENS | AT_EOF }, .huge = true,
	  .step = { { 0, A, DO_OPEN, 1 }, { 100, A, DO_SEND, 5ull << 30 }, { 5000, A, DO_SEND, 100 }, { 6000, A, DO_CLOSE } } },
};

unsigned int conversation_count(void)
{
	return sizeof(conversations) / sizeof(*conversations);
}

static struct end_options options_of(const struct conversation *c, int x, bool timestamps)
{
	struct end_options o = {
		.offers = OPT_SCALE | (timestamps ? OPT_TIMESTAMPS : 0),
		.habits = c->habits[x],
		.scale = c->huge ? 14 : 7,
		.buffer = c->huge ? 65535u << 14 : 64000,
		.segment = c->huge ? 1u << 28 : 1460,
		.reply = x ? 500 : 0,
		.ts_offset = x ? 700000 : 4294960000u,
	};

	for (int i = 0; i < LIVES; i++)
		o.iss[i] = 1000 + x * 50000 + i * 100000000u;
	return o;
}

void conversation(struct schedule *s, unsigned int number, unsigned int manner)
{
	const struct conversation *c = &conversations[number];
	const bool timestamps = manner >= 3;

	*s = (struct schedule){
		.name = c->name, .delay_us = { 1000, 1000 }, .tap = 50, .view = manner % 3, .seen = 3,
	};
	for (int x = 0; x < 2; x++)
		s->end[x] = options_of(c, x, timestamps);
	for (int i = 0; i < ACTIONS && (i == 0 || c->step[i].ms || c->step[i].verb || c->step[i].amount); i++) {
		const struct step *step = &c->step[i];

		s->action[s->action_count++] = (struct action){ step->ms * MS, step->amount, step->end, step->verb };
	}
	for (int i = 0; i < NET_EVENTS && c->net[i].by_us; i++)
		s->net[s->net_count++] = c->net[i];
}
