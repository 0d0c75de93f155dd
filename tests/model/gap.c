// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "gap.h"

void gap_begin(struct gap *g)
{
	*g = (struct gap){ .window = { ~0u, ~0u } };
}

void gap_window(struct gap *g, int x, __u32 window)
{
	if (window && window < g->window[x])
		g->window[x] = window;
}

void gap_hide(struct gap *g, int x, const struct wire *w)
{
	g->hidden[x] += w->len;
	if (w->len < g->window[!x] && g->hidden[x] < g->window[!x])
		return;
	g->count += !g->wide;
	g->wide = true;
	g->sent[0] = g->sent[1] = g->acked[0] = g->acked[1] = false;
	g->hidden[x] = 0;
}

void gap_see(struct gap *g, int x, const struct wire *w)
{
	if (!g->wide)
		return;
	g->closed_inside |= !!(w->flags & (FIN | RST));
	if (g->sent[!x] && !before(w->ack, g->sent_end[!x]))
		g->acked[!x] = true;
	if (w->len && !g->sent[x]) {
		g->sent[x] = true;
		g->sent_end[x] = wire_end(w);
	}
	if (g->acked[0] && g->acked[1]) {
		g->wide = false;
		g->hidden[0] = g->hidden[1] = 0;
	}
}
