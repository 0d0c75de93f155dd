// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "show.h"

#include <string.h>

static const char *const end_text[2] = { "initiator", "responder" };

const char *const verb_text[VERBS] = {
	[DO_OPEN] = "opens", [DO_SEND] = "sends", [DO_SHUT] = "shuts", [DO_CLOSE] = "closes", [DO_ABORT] = "aborts",
	[DO_STOP_READING] = "stops reading", [DO_READ] = "reads", [DO_KEEPALIVE] = "keeps alive", [DO_REBOOT] = "reboots",
	[DO_FORGE] = "is forged",
};

const char *const mishap_text[MISHAPS] = {
	[LOST_BEFORE] = "lost before", [LOST_BEHIND] = "lost behind", [LATE_BEFORE] = "late before",
	[LATE_BEHIND] = "late behind", [TWICE_BEFORE] = "twice before", [TWICE_BEHIND] = "twice behind",
	[FINS_LOST] = "and its sender's FINs lost behind",
};

const char *const slip_text[SLIPS] = { [MISSED] = "missed", [DOUBLED] = "doubled", [SWAPPED] = "swapped" };

const char *flags_text(__u8 flags)
{
	static char text[4][40];
	static int turn;
	static const struct {
		__u8 flag;
		const char *text;
	} names[] = { { SYN, "SYN" }, { FIN, "FIN" }, { RST, "RST" }, { PSH, "PSH" }, { ACK, "ACK" } };
	char *at = text[turn = (turn + 1) % 4];

	at[0] = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (flags & names[i].flag)
			snprintf(at + strlen(at), 40 - strlen(at), "%s%s", *at ? "," : "", names[i].text);
	return at;
}

const char *wire_text(const struct wire *w)
{
	static char text[4][40];
	static int turn;
	char *at = text[turn = (turn + 1) % 4];

	snprintf(at, 40, "%s%s", flags_text(w->flags & ~PSH), w->len ? "+data" : "");
	return at;
}

static const char *const view[] = { "between them", "at initiator", "at responder" };

void show_schedule(FILE *to, const struct schedule *s)
{
	if (s->name)
		fprintf(to, "# %s\n", s->name);
	for (int i = 0; i < s->action_count; i++) {
		const struct action *a = &s->action[i];

		fprintf(to, "# script: %llums %s %s %llu\n", (unsigned long long)(a->at / MS), end_text[a->end],
			verb_text[a->verb], (unsigned long long)a->amount);
	}
	for (int i = 0; i < s->net_count; i++)
		fprintf(to, "# network: frame %u %s %uus\n", s->net[i].frame, mishap_text[s->net[i].mishap],
			s->net[i].by_us);
	for (int i = 0; i < s->slip_count; i++)
		fprintf(to, "# observer (%s): passing frame %u%s %s\n", view[s->view], s->slip[i].frame,
			s->slip[i].more ? " and more" : "", slip_text[s->slip[i].slip]);
}

void show_begin(FILE *to, const struct schedule *s)
{
	show_schedule(to, s);
	fprintf(to, "with ipv4\n");
	if (s->view != VIEW_TAP)
		fprintf(to, "with observer %s\n", view[s->view]);
	if (s->seen != 3)
		fprintf(to, "with only %s seen\n", end_text[s->seen == 2]);
}

void show_frame(FILE *to, const struct run *r, const struct frame *f, __u64 now, const char *not,
		const struct opinion *o)
{
	const struct wire *w = &f->wire;

	if (not)
		fprintf(to, "# %s: ", not);
	else
		fprintf(to, "at %llu.%09llus\n", (unsigned long long)((now - SEC) / SEC),
			(unsigned long long)((now - SEC) % SEC));
	fprintf(to, "%s sends %s seq %u", end_text[f->from], flags_text(w->flags), w->seq);
	if (w->flags & ACK)
		fprintf(to, " ack %u", w->ack);
	if (w->len)
		fprintf(to, " len %u", w->len);
	fprintf(to, " win %u", w->window);
	if (w->flags & SYN)
		fprintf(to, " mss 1460");
	if (w->options & OPT_SCALE)
		fprintf(to, " wscale %u", w->scale);
	if (w->options & OPT_TIMESTAMPS)
		fprintf(to, " ts %u %u", w->tsval, w->tsecr);
	fputc('\n', to);
	if (f->arrives == NEVER)
		fprintf(to, "# (it is lost behind the observer)\n");
	if (!o)
		return;
	if (!o->has_flow)
		fprintf(to, "#     no flow\n");
	else
		fprintf(to, "#     %s %s%s%s\n", state_text[o->state[0]], state_text[o->state[1]],
			o->stray ? ", stray " : "", o->stray ? o->stray : "");
}

void show_end(FILE *to, const __u8 truth[2], const struct opinion *o)
{
	fprintf(to, "expect %s %s\n", state_text[truth[0]], state_text[truth[1]]);
	if (o->has_flow)
		fprintf(to, "# told: %s %s\n", state_text[o->state[0]], state_text[o->state[1]]);
}
