// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/track_maps.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "base/error.h"
#include "flow/track_expression.h"
#include "kernel/maps.h"

static bool lists_net(const struct track *track, const struct track_net *net)
{
	for (__u32 i = 0; i < track->net_count; i++)
		if (!memcmp(&track->nets[i], net, sizeof(*net)))
			return true;
	return false;
}

static int add_nets(int fd, const struct track *track)
{
	__u8 yes = 1;

	for (__u32 i = 0; i < track->net_count; i++) {
		int err = bpf_map_update_elem(fd, &track->nets[i], &yes, BPF_ANY);

		if (err)
			return err;
	}
	return 0;
}

static int read_nets(int fd, struct track *track)
{
	struct track_net net, *previous = NULL;

	track->net_count = 0;
	while (!bpf_map_get_next_key(fd, previous, &net)) {
		if (track->net_count == TRACK_NETS_MAX)
			return -E2BIG;
		track->nets[track->net_count] = net;
		previous = &track->nets[track->net_count++];
	}
	return 0;
}

/* The trie may hold twice TRACK_NETS_MAX in between, so this walks it again after each find. */
static int remove_other_nets(int fd, const struct track *track)
{
	struct track_net net, next;
	bool more = !bpf_map_get_next_key(fd, NULL, &net);

	while (more) {
		more = !bpf_map_get_next_key(fd, &net, &next);
		if (!lists_net(track, &net)) {
			int err = bpf_map_delete_elem(fd, &net);

			if (err && err != -ENOENT)
				return err;
		}
		net = next;
	}
	return 0;
}

static int merge_ports(int fd, const struct track *track, bool keep)
{
	for (__u32 word = 0; word < TRACK_PORT_WORDS; word++) {
		__u64 now, wanted = track->ports[word];
		int err = bpf_map_lookup_elem(fd, &word, &now);

		if (err)
			return err;
		if (keep)
			wanted |= now;
		if (wanted != now) {
			err = bpf_map_update_elem(fd, &word, &wanted, BPF_ANY);
			if (err)
				return err;
		}
	}
	return 0;
}

static int set_bits(const struct maps *maps, __u32 bits)
{
	struct settings settings;
	__u32 zero = 0;
	int err = bpf_map_lookup_elem(maps->settings, &zero, &settings);

	if (err || settings.track == bits)
		return err;
	settings.track = bits;
	return bpf_map_update_elem(maps->settings, &zero, &settings, BPF_ANY);
}

/* Of nets or ports: which bits are of a list that, now or then, says what is not tracked. */
static __u32 refusing_bits(__u32 now, __u32 then)
{
	__u32 either = now | then;

	return (either & TRACK_NOT_NETS ? TRACK_NETS | TRACK_NOT_NETS : 0) |
	       (either & TRACK_NOT_PORTS ? TRACK_PORTS | TRACK_NOT_PORTS : 0);
}

static int apply(const struct maps *maps, const struct track *track, __u32 now)
{
	const __u32 refusing = refusing_bits(now, track->bits);
	int err = set_bits(maps, now & ~refusing);

	err = err ?: add_nets(maps->track_nets, track);
	err = err ?: merge_ports(maps->track_ports, track, true);
	if (!err && (refusing & TRACK_NETS))
		err = remove_other_nets(maps->track_nets, track);
	if (!err && (refusing & TRACK_PORTS))
		err = merge_ports(maps->track_ports, track, false);
	err = err ?: set_bits(maps, track->bits);
	err = err ?: remove_other_nets(maps->track_nets, track);
	return err ?: merge_ports(maps->track_ports, track, false);
}

/*
 * First grow: what is new joins what is old, and the bits stay. Then flip the
 * bits: they lie in one byte, so a program sees the old ones or the new ones,
 * and with either the lists cover both choices. Then shrink: what only the old
 * choice had goes. A list of what is not tracked, which would refuse the more
 * the longer it is, is out of force while it is another than before or after.
 */
int track_apply(const struct maps *maps, const struct track *track)
{
	struct settings settings;
	__u32 zero = 0;
	int err = bpf_map_lookup_elem(maps->settings, &zero, &settings);

	err = err ?: apply(maps, track, settings.track);
	if (err)
		return fail(err, "writing what to track to the kernel's maps: %s", strerror(-err));
	return 0;
}

int track_read(const struct maps *maps, struct track *track)
{
	struct settings settings;
	__u32 zero = 0;
	int err;

	memset(track, 0, sizeof(*track));
	err = bpf_map_lookup_elem(maps->settings, &zero, &settings);
	if (err)
		return err;
	track->bits = settings.track;
	err = read_nets(maps->track_nets, track);
	for (__u32 word = 0; !err && word < TRACK_PORT_WORDS; word++)
		err = bpf_map_lookup_elem(maps->track_ports, &word, &track->ports[word]);
	return err;
}

bool track_is(const struct maps *maps, const struct track *track)
{
	struct track *now = malloc(sizeof(*now));
	bool same = now && !track_read(maps, now) && now->bits == track->bits && now->net_count == track->net_count &&
		    !memcmp(now->ports, track->ports, sizeof(now->ports));

	for (__u32 i = 0; same && i < now->net_count; i++)
		same = lists_net(track, &now->nets[i]);
	free(now);
	return same;
}
