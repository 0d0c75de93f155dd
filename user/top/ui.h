/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the user of top has asked for, and what is shown. */
#ifndef TCPSTATE_USER_TOP_UI_H
#define TCPSTATE_USER_TOP_UI_H

#include <stdbool.h>

#include "top/source.h"
#include "top/view.h"

struct filter;

enum top_tab { TAB_BUSIEST, TAB_STRAYS, TAB_PORTS, TAB_LEAKS, TAB_COUNT };

/* What is being typed at the foot of the screen. */
enum prompt { PROMPT_NONE, PROMPT_FILTER, PROMPT_INTERVAL };

#define TYPED_MAX 240

struct top_ui {
	struct top_source source;
	struct top_sample sample;
	struct top_view view;

	enum top_tab tab;
	size_t scroll[TAB_COUNT];     /* rows above the first that is seen */
	size_t page;                  /* rows of the list that fit; set while drawing */
	bool paused, help, quit;
	bool look_now;                /* the next sample is due at once */
	__u64 interval_ns;
	__u64 every_ns;               /* the interval, or more where a look takes long */
	__u64 cpu_ns;                 /* of a CPU, what the newest look has taken, and showing the one before */

	struct filter *filter;
	char filter_text[TYPED_MAX];

	enum prompt prompt;
	char typed[TYPED_MAX];
	int typed_len, typed_at;      /* at: where the next character goes */
	char message[200];            /* what was wrong with it */
	int message_at;               /* at which character; -1: none */
};

/* Take the FILTER; an error is in message. 0 or an error. */
int ui_set_filter(struct top_ui *ui, const char *text);

#endif
