// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "gap.h"

void gap_begin(struct gap *g)
{
	*g = (struct gap){};
}

void gap_hide(struct gap *g, int x, const struct wire *w)
{
	if (!w->len || (g->told_edge[!x] && before(wire_end(w), g->edge[!x])))
		return;
	g->count += !g->wide;
	g->wide = true;
	g->sent[0] = g->sent[1] = g->acked[0] = g->acked[1] = false;
}

static void note_edge(struct gap *g, int x, const struct wire *w, __u32 window)
{
	if (!(w->flags & ACK) || (w->flags & RST))
		return;
	if (!g->told_edge[x] || (w->flags & SYN) || after(w->ack + window, g->edge[x]))
		g->edge[x] = w->ack + window;
	g->told_edge[x] = true;
}

void gap_see(struct gap *g, int x, const struct wire *w, __u32 window)
{
	/* A new life, in which it has told nothing yet. */
	if ((w->flags & (SYN | ACK)) == SYN)
		g->told_edge[x] = false;
	note_edge(g, x, w, window);
	if (!g->wide)
		return;
	g->closed_inside |= !!(w->flags & (FIN | RST));
	if (g->sent[!x] && !before(w->ack, g->sent_end[!x]))
		g->acked[!x] = true;
	if (w->len && !g->sent[x]) {
		g->sent[x] = true;
		g->sent_end[x] = wire_end(w);
	}
	if (g->acked[0] && g->acked[1])
		g->wide = false;
}
