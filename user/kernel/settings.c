// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/settings.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/clock.h"
#include "base/error.h"
#include "version.h" /* by make, from CHANGELOG */
#include "kernel/maps.h"
#include "kernel/table_shape.h"
#include "kernel/timeouts.h"

static const __u32 zero;

int settings_write(const struct maps *maps, const struct kernel_choice *choice, __u32 events)
{
	struct settings settings = {};
	int err = bpf_map_lookup_elem(maps->settings, &zero, &settings);

	settings.unconfirmed_ns = choice->unconfirmed_ns;
	settings.events = events;
	settings.unconfirmed_events = choice->unconfirmed_events;
	for (int state = 0; state < STATE_SLOTS; state++)
		settings.timeout_ns[state] = kernel_timeout(choice, state);
	err = err ?: bpf_map_update_elem(maps->settings, &zero, &settings, BPF_ANY);
	return err ? fail(err, "writing the settings to the kernel's maps: %s", strerror(-err)) : 0;
}

int settings_note_blind(const struct maps *maps)
{
	struct settings settings = {};
	int err = bpf_map_lookup_elem(maps->settings, &zero, &settings);

	settings.blind_since = monotonic_ns();
	err = err ?: bpf_map_update_elem(maps->settings, &zero, &settings, BPF_ANY);
	return err ? fail(err, "telling the programs that packets were missed: %s", strerror(-err)) : 0;
}

static int write_instance(const struct maps *maps, const struct instance *instance)
{
	int err = bpf_map_update_elem(maps->instance, &zero, instance, BPF_ANY);

	return err ? fail(err, "writing who runs to the kernel's maps: %s", strerror(-err)) : 0;
}

int instance_write(const struct maps *maps, const __u64 *hash_seed, const struct kernel_choice *choice, __u32 zone,
		   const struct instance *former)
{
	struct instance instance = {
		.abi_version = ABI_VERSION,
		.zone_mode = zone,
		.sets = table_sets_of(choice->max_flows),
		.max_flows = choice->max_flows,
		.embryo_sets = embryo_sets_of(choice),
		.started_ns = monotonic_ns(),
	};

	memcpy(instance.hash_seed, hash_seed, sizeof(instance.hash_seed));
	if (former) {
		instance = *former;
		instance.adoptions++;
		instance.log = (struct log_counts){};
	}
	instance.decap = choice->decap != DECAP_OFF;
	instance.daemon = choice->daemon;
	instance.pid = getpid();
	snprintf(instance.version, sizeof(instance.version), "%s", VERSION);
	return write_instance(maps, &instance);
}

static int read_instance(const struct maps *maps, struct instance *instance)
{
	int err = bpf_map_lookup_elem(maps->instance, &zero, instance);

	return err ? fail(err, "reading who runs from the kernel's maps: %s", strerror(-err)) : 0;
}

int instance_note_untold(const struct maps *maps, const __u64 lost[LOST_COUNT][EVENT_TYPES],
			 const __u64 left_out[LEFT_OUT_COUNT][EVENT_TYPES])
{
	struct instance instance;
	int err = read_instance(maps, &instance);

	if (err)
		return err;
	memcpy(instance.lost_told, lost, sizeof(instance.lost_told));
	memcpy(instance.left_out_told, left_out, sizeof(instance.left_out_told));
	return write_instance(maps, &instance);
}

int instance_note_clock(const struct maps *maps, __s64 wall_offset)
{
	struct instance instance;
	int err = read_instance(maps, &instance);

	if (err || instance.wall_offset == wall_offset)
		return err;
	instance.wall_offset = wall_offset;
	return write_instance(maps, &instance);
}

int instance_note_audit(const struct maps *maps, const struct audit_counts *counts)
{
	struct instance instance;
	int err = read_instance(maps, &instance);

	if (err || !memcmp(&instance.audit, counts, sizeof(*counts)))
		return err;
	instance.audit = *counts;
	return write_instance(maps, &instance);
}

int instance_note_log(const struct maps *maps, const struct log_counts *counts)
{
	struct instance instance;
	int err = read_instance(maps, &instance);

	if (err)
		return err;
	instance.log = *counts;
	return write_instance(maps, &instance);
}
