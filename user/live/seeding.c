// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "live/seeding.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/error.h"
#include "host/links.h"
#include "host/translations.h"
#include "live/hook_set.h"
#include "hooks/choice.h"
#include "pins/owner.h"

int seeding_open(struct seeding *s, const struct maps *maps, const struct pins *pins, __u32 zone_mode)
{
	int err = iterators_open(&s->it, maps);

	s->pins = pins;
	s->zone_mode = zone_mode & ZONE_MODE_MASK;
	if (err) {
		notice("connections that are there already will be known by their first packet only, since this kernel does not let its sockets be walked (iter/tcp: %s)",
		       strerror(-err));
		pins_remove_iterator(pins);
		return 0;
	}
	err = pins_add_iterator(pins, iterators_link(&s->it));
	s->ready = !err;
	return err;
}

void seeding_close(struct seeding *s)
{
	if (!s->ready)
		return;
	pins_remove_iterator(s->pins);
	iterators_close(&s->it);
	s->ready = false;
}

/* ---- what the program asks ------------------------------------------------- */

/* What was true for an earlier walk need not be for this one. */
static void clear(int fd)
{
	char key[sizeof(struct flow_key)];

	while (!bpf_map_get_next_key(fd, NULL, key) && !bpf_map_delete_elem(fd, key))
		;
}

static int tell_paths(const struct seeding *s, const struct links *links, const struct hooks *hooks)
{
	unsigned int hooked[2 * MAX_INTERFACES];
	struct seed_path path;
	int count = 0, err = 0;

	for (int i = 0; i < hooks->count; i++)
		if (hooks->list[i].attached)
			hooked[count++] = hooks->list[i].ifindex;
	clear(s->it.paths);
	for (size_t i = 0; !err && i < links->count; i++) {
		__u32 ifindex = links->list[i].ifindex;

		if (seed_path_of(links, hooked, count, s->zone_mode, ifindex, &path))
			err = bpf_map_update_elem(s->it.paths, &ifindex, &path, BPF_ANY);
	}
	return err;
}

/* An address that several interfaces have is told of a watched one, if there is one. */
static int tell_addresses(const struct seeding *s, const struct links *links)
{
	struct seed_path path;
	int err = 0;

	clear(s->it.addresses);
	for (size_t i = 0; !err && i < links->address_count; i++) {
		const struct own_address *own = &links->addresses[i];
		__u32 ifindex = own->ifindex;
		bool watched = !bpf_map_lookup_elem(s->it.paths, &ifindex, &path) && path.kind == SEED_PATH_WATCHED;

		err = bpf_map_update_elem(s->it.addresses, own->addr, &ifindex, watched ? BPF_ANY : BPF_NOEXIST);
		if (err == -EEXIST)
			err = 0;
	}
	return err;
}

static int tell_translated(const struct seeding *s, const struct translations *nat)
{
	int err = 0;

	clear(s->it.translated);
	for (size_t i = 0; !err && i < nat->count; i++) {
		const struct translation *t = &nat->list[i];
		/* The opener's socket has the original tuple, its peer's the reply's; each one's packets have the other. */
		const struct seed_wire of_client = { .key = t->reply, .local = t->reply_client };
		const struct seed_wire of_server = { .key = t->original, .local = !t->original_client };

		err = bpf_map_update_elem(s->it.translated, &t->original, &of_client, BPF_ANY);
		err = err ?: bpf_map_update_elem(s->it.translated, &t->reply, &of_server, BPF_ANY);
	}
	return err;
}

static int prepare(struct seeding *s, const struct hooks *hooks)
{
	struct translations nat;
	struct links links;
	int err = translations_read(&nat);

	if (err)
		return err;
	err = links_read(&links);
	if (!err) {
		err = tell_paths(s, &links, hooks);
		err = err ?: tell_addresses(s, &links);
		links_free(&links);
	}
	err = err ?: tell_translated(s, &nat);
	iterators_prepare(&s->it, if_nametoindex("lo"), nat.known ? SEED_NAT_NONE : SEED_NAT_UNKNOWN);
	translations_free(&nat);
	return err;
}

/* ---- the walk ---------------------------------------------------------------- */

void seeding_run(struct seeding *s, const struct hooks *hooks)
{
	int pin, err;

	if (!s->ready)
		return;
	pin = pins_open_iterator(s->pins);
	err = prepare(s, hooks);
	err = err ?: iterators_walk(&s->it, pin);
	if (pin >= 0)
		close(pin);
	if (err)
		notice("reading the kernel's sockets: %s; connections that are there already will be known by their first packet",
		       strerror(-err));
}
