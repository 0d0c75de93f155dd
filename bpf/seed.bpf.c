// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * What the kernel knew before: a walk over its TCP sockets opens their flows in the table.
 * An object of its own, which shares the table's maps with xdp_tcpstate.bpf.c, as only it needs the kernel's
 * types, and reading those takes as long as loading all the rest.
 */
#include <linux/bpf.h>

#include "seed/path.h"
#include "seed/place.h"
#include "seed/socket.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Called for each socket of the namespace of whoever opened the walk; at its end with none. Listeners come first. */
SEC("iter/tcp")
int tcpstate_seed(struct bpf_iter__tcp *ctx)
{
	__u32 zero = 0;
	struct sock_common *skc = ctx->sk_common;
	struct seed_work *w = bpf_map_lookup_elem(&seed_work, &zero);
	struct settings *set = bpf_map_lookup_elem(&settings, &zero);
	struct counters *c = my_counters();
	__u32 found;

	if (!skc || !w || !set || !c)
		return 0;
	if (skc->skc_state == STATE_LISTEN) {
		note_listener(skc);
		return 0;
	}
	if (!read_socket(w, skc))
		return 0;
	w->at.seg.seq = w->facts.snd_nxt;
	found = choose(w, set);
	if (found == SEEDED && !seed(w))
		found = NOT_SEEDED_TABLE_FULL;
	if (found < NOT_SEEDED_COUNT)
		add(&c->not_seeded[found], 1);
	return 0;
}
