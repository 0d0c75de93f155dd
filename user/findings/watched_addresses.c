// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "findings/watched_addresses.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "findings/look.h"
#include "host/own_addresses.h"

/* Every address of this network namespace. */
static int read_addresses(void *arg)
{
	struct watched_addresses *w = arg;
	struct ifaddrs *all, *a;
	size_t count = 0;

	if (getifaddrs(&all))
		return -errno;
	for (a = all; a; a = a->ifa_next)
		count++;
	w->list = calloc(count + 1, sizeof(*w->list));
	for (a = all; w->list && a; a = a->ifa_next) {
		struct watched_address *address = &w->list[w->count];

		if (!address_of_sockaddr(a->ifa_addr, address->addr))
			continue;
		address->ifindex = if_nametoindex(a->ifa_name);
		w->count++;
	}
	freeifaddrs(all);
	return w->list ? 0 : -ENOMEM;
}

static int take_hook(void *arg, const struct pinned_hook *hook)
{
	struct watched_addresses *w = arg;

	for (size_t i = 0; i < w->count; i++)
		if (w->list[i].ifindex == hook->ifindex)
			w->list[i].hooked = true;
	return 0;
}

int watched_addresses_read(struct look *l, struct watched_addresses *w)
{
	struct settings settings = {};
	__u32 zero = 0;
	int err;

	*w = (struct watched_addresses){};
	err = bpf_map_lookup_elem(l->running.maps.settings, &zero, &settings);
	if (err)
		return err;
	w->chosen = settings.track;
	err = look_in_netns(l, read_addresses, w);
	if (err)
		return err;
	return running_hooks(l->running.dir_fd, take_hook, w);
}

void watched_addresses_free(struct watched_addresses *w)
{
	free(w->list);
	*w = (struct watched_addresses){};
}

static const struct watched_address *find(const struct watched_addresses *w, const __u8 addr[16])
{
	for (size_t i = 0; i < w->count; i++)
		if (!memcmp(w->list[i].addr, addr, 16))
			return &w->list[i];
	return NULL;
}

bool is_path_watched(const struct watched_addresses *w, const __u8 local[16], const __u8 peer[16])
{
	const struct watched_address *address = find(w, local);

	/* Between two addresses of its own it goes through lo. */
	return address && address->hooked && !find(w, peer);
}
