// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* One load of the object for each configuration that a fixture asks for: the verifier sees constants. */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#include "parsers.h"
#include "parse_test.skel.h" /* needs struct packet */

#define RUNS 1000000

/* By zone mode, and whether tunnels are opened, some of them only, without their ids; checksums verified; it is replay. */
static struct parse_test *loaded[3][2][2][2][2][2];

static int load_for(const struct fixture *x, struct parse_test **out)
{
	bool replay = x->cut != 0, some = x->only_tunnel != TUNNEL_NONE;
	struct parse_test **object = &loaded[x->zone_mode][!x->no_decap][some][x->no_tunnel_id][x->verify_checksum][replay];
	int err;

	*out = *object;
	if (*object)
		goto loaded;
	*object = parse_test__open();
	if (!*object)
		return -errno;
	(*object)->rodata->zone_mode = x->zone_mode;
	(*object)->rodata->decap = !x->no_decap;
	(*object)->rodata->decap_all = !some;
	(*object)->rodata->tunnel_ids = !x->no_tunnel_id;
	(*object)->rodata->verify_checksum = x->verify_checksum;
	(*object)->rodata->replay = replay;
	(*object)->rodata->many_places = true;
	err = parse_test__load(*object);
	if (err) {
		parse_test__destroy(*object);
		*object = NULL;
	}
	*out = *object;
	if (err)
		return err;
loaded:
	(*object)->bss->tunnels_open = 1 << x->only_tunnel;
	return 0;
}

int open_kernel_parsers(void)
{
	static const struct fixture plain;
	struct parse_test *object;

	return load_for(&plain, &object);
}

void close_kernel_parsers(void)
{
	struct parse_test **object = &loaded[0][0][0][0][0][0];

	for (size_t i = 0; i < sizeof(loaded) / sizeof(*object); i++)
		parse_test__destroy(object[i]);
}

/* facts is where the skb's beginning is described; it has to outlive the run. */
static struct bpf_test_run_opts run_options(const struct fixture *x, enum hook hook, const __u8 *bytes, size_t size,
					    struct __sk_buff *facts)
{
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = bytes, .data_size_in = size, .repeat = 1);

	if (hook == HOOK_TC && x->gso_size) {
		memset(facts, 0, sizeof(*facts));
		facts->gso_size = x->gso_size;
		facts->gso_segs = x->gso_segs;
		options.ctx_in = facts;
		options.ctx_size_in = sizeof(*facts);
	}
	return options;
}

int parse_in_kernel(const struct fixture *x, enum hook hook, const __u8 *bytes, size_t size, size_t wire_size,
		    struct outcome *out)
{
	struct bpf_test_run_opts options;
	struct parse_test *object;
	struct __sk_buff facts;
	int err;

	err = load_for(x, &object);
	if (err)
		return err;
	object->bss->stripped_tci = hook == HOOK_TC ? x->stripped_tci : 0;
	object->bss->leaves = x->leaves;
	object->bss->replay_place = TEST_PLACE;
	object->bss->replay_length = x->cut ? wire_size : 0;
	options = run_options(x, hook, bytes, size, &facts);
	err = bpf_prog_test_run_opts(bpf_program__fd(hook == HOOK_XDP ? object->progs.parse_test_xdp :
								      object->progs.parse_test_tc), &options);
	if (err)
		return err;
	if ((int)options.retval == -1)
		return -EIO; /* the tag could not be put on */
	out->err = object->bss->err;
	memcpy(&out->packet, &object->bss->packet, sizeof(out->packet));
	return 0;
}

int tc_program(const struct fixture *x, int *fd)
{
	struct parse_test *object;
	int err = load_for(x, &object);

	if (err)
		return err;
	object->bss->stripped_tci = 0;
	object->bss->err = 1; /* no outcome yet */
	*fd = bpf_program__fd(object->progs.parse_test_tc);
	return 0;
}

int tc_outcome(const struct fixture *x, struct outcome *out)
{
	struct parse_test *object;
	int err = load_for(x, &object);

	if (err)
		return err;
	if (object->bss->err == 1)
		return -ENODATA;
	out->err = object->bss->err;
	memcpy(&out->packet, &object->bss->packet, sizeof(out->packet));
	return 0;
}

/* The least of five: what else the machine does only adds. */
static int time_program(const struct bpf_program *program, struct bpf_test_run_opts options, __u32 *ns)
{
	int err;

	*ns = ~0U;
	options.repeat = RUNS;
	for (int i = 0; i < 5; i++) {
		err = bpf_prog_test_run_opts(bpf_program__fd(program), &options);
		if (err)
			return err;
		if (options.duration < *ns)
			*ns = options.duration;
	}
	return 0;
}

int time_in_kernel(const struct fixture *x, enum hook hook, const __u8 *bytes, size_t size, __u32 *with, __u32 *without)
{
	struct bpf_test_run_opts options;
	struct parse_test *object;
	struct __sk_buff facts;
	int err;

	err = load_for(x, &object);
	if (err)
		return err;
	object->bss->stripped_tci = 0; /* it would be put on once for each run */
	options = run_options(x, hook, bytes, size, &facts);
	err = time_program(hook == HOOK_XDP ? object->progs.empty_xdp : object->progs.empty_tc, options, without);
	if (err)
		return err;
	return time_program(hook == HOOK_XDP ? object->progs.parse_test_xdp : object->progs.parse_test_tc, options, with);
}
