// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Which interface's connections pass a hook, where devices lie on one another. */
#include <string.h>

#include "host/links.h"
#include "host/tunnel_devices.h"
#include "live/seeding.h"

#define DEEPEST 4 /* devices on one another */

/* Its packets pass what it lies on as they are, but for a tag. */
static bool is_plain(const char *kind)
{
	static const char *const kinds[] = { "vlan", "macvlan", "macvtap", "ipvlan", "ipvtap" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kind, kinds[i]))
			return true;
	return false;
}

static bool is_hooked(const unsigned int *hooked, int count, unsigned int ifindex)
{
	while (count && hooked[count - 1] != ifindex)
		count--;
	return count;
}

/* Counts the parts of a bond or bridge, and how many of them are hooked. */
static void count_parts(const struct links *links, const unsigned int *hooked, int hooked_count, unsigned int master,
			int *parts, int *hooked_parts)
{
	*parts = *hooked_parts = 0;
	for (size_t i = 0; i < links->count; i++)
		if (links->list[i].master == master) {
			++*parts;
			*hooked_parts += is_hooked(hooked, hooked_count, links->list[i].ifindex);
		}
}

/* The zone of a key that has this tag as well: the outer tag, and the inner one beside it. */
static __u32 with_tag(__u32 zone, __u16 vlan)
{
	return zone ? zone | (__u32)vlan << 12 : vlan;
}

static bool find(const struct links *links, const unsigned int *hooked, int hooked_count, __u32 zone_mode,
		 unsigned int ifindex, int depth, struct seed_path *path)
{
	const struct link *link = links_find(links, ifindex);
	int parts, hooked_parts;

	if (is_hooked(hooked, hooked_count, ifindex)) {
		*path = (struct seed_path){ SEED_PATH_WATCHED, zone_mode == ZONE_IFINDEX ? ifindex : 0 };
		return true;
	}
	if (!link || depth == DEEPEST)
		return false;
	if (link->lower && is_plain(link->kind)) {
		if (!find(links, hooked, hooked_count, zone_mode, link->lower, depth + 1, path))
			return false;
		if (link->vlan && zone_mode == ZONE_VLAN)
			path->zone = with_tag(path->zone, link->vlan);
		return true;
	}
	*path = (struct seed_path){ SEED_PATH_UNKNOWN, 0 };
	if (tunnel_kind_of_device(link->kind) != TUNNEL_NONE)
		return hooked_count; /* outside, they may go anywhere */
	count_parts(links, hooked, hooked_count, ifindex, &parts, &hooked_parts);
	if (hooked_parts && hooked_parts == parts && zone_mode != ZONE_IFINDEX)
		path->kind = SEED_PATH_WATCHED;
	return hooked_parts;
}

bool seed_path_of(const struct links *links, const unsigned int *hooked, int hooked_count, __u32 zone_mode,
		  unsigned int ifindex, struct seed_path *path)
{
	return find(links, hooked, hooked_count, zone_mode, ifindex, 0, path);
}
