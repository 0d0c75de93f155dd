/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Would the socket's packets pass a hook, and what is their key there? */
#ifndef TCPSTATE_BPF_SEED_PATH_H
#define TCPSTATE_BPF_SEED_PATH_H

#include "socket_address.h"
#include "track/chosen.h"
#include "seed/maps.h"

/* Not a reason: it is to be seeded. */
#define SEEDED NOT_SEEDED_COUNT

/* The interface that has it; 0: it is none of this host's. */
static __always_inline __u32 owner_of(const __u8 addr[16])
{
	__u32 *ifindex;

	if (is_loopback(addr))
		return loopback_index;
	ifindex = bpf_map_lookup_elem(&seed_addresses, addr);
	return ifindex ? *ifindex : 0;
}

/* Returns a reason, or SEEDED. Sets the zone. */
static __always_inline enum not_seeded look_at_interface(struct seed_work *w, __u32 ifindex)
{
	struct seed_path *path = bpf_map_lookup_elem(&seed_paths, &ifindex);

	if (!path)
		return NOT_SEEDED_NOT_WATCHED;
	if (path->kind != SEED_PATH_WATCHED)
		return NOT_SEEDED_PATH_UNKNOWN;
	w->zone = path->zone;
	return SEEDED;
}

/* It goes by one interface, and may come by another: one that is watched is enough. */
static __always_inline enum not_seeded find_path(struct seed_work *w, bool loops, __u32 owner)
{
	enum not_seeded found = NOT_SEEDED_NOT_WATCHED;
	bool known = false;

	if (loops)
		return look_at_interface(w, loopback_index);
	for (int i = 0; i < 3 && found != SEEDED; i++) {
		enum not_seeded here;

		if (!w->interfaces[i])
			continue;
		known = true;
		here = look_at_interface(w, w->interfaces[i]);
		if (here != NOT_SEEDED_NOT_WATCHED)
			found = here;
	}
	return known || !owner ? found : look_at_interface(w, owner);
}

/* The key, as packets have it where they pass the hook: behind NAT it is another than the socket's. */
static __always_inline bool translate(struct seed_work *w, bool loops)
{
	struct seed_wire *wire;

	wire = bpf_map_lookup_elem(&seed_translated, &w->at.key);
	/* On lo it depends on the hook of NAT which of the two they have. */
	if (loops)
		return !wire;
	if (nat == SEED_NAT_UNKNOWN)
		return false;
	if (wire) {
		w->at.key = wire->key;
		w->at.from = wire->local & 1;
	}
	return true;
}

static __always_inline enum not_seeded choose(struct seed_work *w, const struct settings *set)
{
	const __u32 owner = owner_of(w->addr[0]);
	const bool loops = owner && owner_of(w->addr[1]);
	enum not_seeded found = find_path(w, loops, owner);

	if (found != SEEDED)
		return found;
	if (!translate(w, loops))
		return NOT_SEEDED_TRANSLATED;
	w->at.key.zone = w->zone;
	return set->track && !is_chosen(&w->at.key, set->track) ? NOT_SEEDED_NOT_TRACKED : SEEDED;
}

#endif
