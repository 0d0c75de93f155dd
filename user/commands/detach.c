// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* detach: take down a running instance, or what a crash left behind. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hooks/hook.h"
#include "commands/command.h"
#include "base/error.h"
#include "base/json.h"
#include "kernel/refusal.h"
#include "options/parser.h"
#include "pins/owner.h"

/* Only clsact filters outlive their process; they are known by their programs' names. */
static int clean_interface(const char *name, int *found)
{
	unsigned int ifindex = if_nametoindex(name);
	int err;

	if (!ifindex)
		return fail(-ENODEV, "no interface \"%s\" in this network namespace (\"ip -br link\" lists them)", name);
	err = clsact_clean(ifindex, true, 0, found);
	err = err ?: clsact_clean(ifindex, false, 0, found);
	/* No clsact qdisc there at all: nothing to clean. */
	if (err == -EINVAL || err == -ENOENT)
		err = 0;
	return err ? fail(err, "%s: removing the tc filters of xdp-tcpstate: %s", name, strerror(-err)) : 0;
}

static int print_json(bool instance, int filters)
{
	struct out out;

	if (out_init(&out, STDOUT_FILENO))
		return fail(-ENOMEM, "out of memory");
	json_open(&out);
	json_word(&out, "event", "detached");
	json_bool(&out, "instance", instance);
	json_number(&out, "filters", filters);
	json_close_line(&out);
	out_flush(&out);
	out_free(&out);
	return 0;
}

static int run_detach(const struct options *options)
{
	bool instance = false;
	int filters = 0, err = check_permission();

	if (err)
		return err;
	err = pins_take_down(options->pin_dir, &instance);
	for (int i = 0; i < options->hooks.interface_count; i++) {
		int failed = clean_interface(options->hooks.interfaces[i], &filters);

		err = err ?: failed;
	}
	if (err)
		return err;
	if (options->json)
		return print_json(instance, filters);
	if (!instance && !filters)
		printf("nothing to detach: no instance has its pins in %s%s\n", options->pin_dir,
		       options->hooks.interface_count ? ", and no filter was left behind" : "");
	else
		printf("detached%s%s\n", instance ? " the instance at " : "", instance ? options->pin_dir : "");
	if (filters)
		printf("%d tc filter%s that had been left behind: removed\n", filters, filters == 1 ? "" : "s");
	return 0;
}

const struct command detach_command = {
	.name = "detach",
	.summary = "take a running instance down, and what a crash left behind",
	.help = "Ends the instance whose pins are in the directory, takes its programs off all\n"
		"interfaces and removes the pins. Does nothing, and says so, where there is none.\n"
		"So it does with what a run left that was killed, or had --keep-attached.\n"
		"Of a watch, XDP and TCX programs go with it. clsact filters do not: after a crash\n"
		"\"detach -i IFACE\" removes every filter named tcpstate_* from that interface,\n"
		"also those of a watch that is still running there.\n",
	.groups = (const struct option_group *const[]){ &common_options, &reader_options, &leftover_options, NULL },
	.run = run_detach,
};
