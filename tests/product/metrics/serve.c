// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * serve PIN-DIR ADDRESS: the daemon's HTTP server alone, over the pinned maps
 * of a running instance, so that it can be built with AddressSanitizer.
 * Prints where it listens; ends with SIGTERM or SIGINT.
 */
#include <signal.h>
#include <stdio.h>

#include <bpf/bpf.h>

#include "kernel/maps.h"
#include "serve/metrics_source.h"

static int open_pins(const char *dir, struct maps *maps, struct instance *instance)
{
	const __u32 zero = 0;
	char path[256];

#define X(name)                                                       \
	snprintf(path, sizeof(path), "%s/maps/" #name, dir);          \
	maps->name = bpf_obj_get(path);                               \
	if (maps->name < 0)                                           \
		return maps->name;
	PINNED_MAPS(X)
#undef X
	return bpf_map_lookup_elem(maps->instance, &zero, instance);
}

/* Everybody's, and with a name that has to be escaped. */
static void find_whose(void *arg, const struct whose_life *life, struct whose whose[2])
{
	static const struct whose known = {
		.pid = 4711, .comm = "odd\"name",
		.path = "/system.slice/docker-3f2a9c0b1d4e5f60718293a4b5c6d7e8f9012a3b4c5d6e7f8091a2b3c4d5e6f7.scope",
	};

	for (int end = 0; end < 2; end++) {
		whose[end] = known;
		cgroup_words_of(known.path, &whose[end].in);
	}
}

static int serve(const struct maps *maps, const struct instance *instance, const char *where)
{
	/* A name that has to be escaped. */
	static const struct metrics_hook hooks[] = {
		{ "eth0", true, "xdp-native", true }, { "odd\"\\\xff\n", false, "tcx", false },
	};
	const struct whose_source whose = { find_whose, NULL };
	struct metrics_source source;
	struct survey *survey;
	struct http *http;
	sigset_t ends;
	int signal, err;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	err = http_open(&http, where);
	if (err)
		return err;
	err = survey_start(&survey, maps, instance->sets, &whose);
	if (!err) {
		metrics_source_init(&source, maps, instance, survey);
		metrics_source_hooks(&source, hooks, 2);

		const struct http_content content = metrics_content(&source);

		err = http_serve(http, &content);
	}
	if (!err) {
		printf("listening on %s\n", http_address(http));
		fflush(stdout);
		sigwait(&ends, &signal);
	}
	http_close(http);
	survey_stop(survey);
	return err;
}

int main(int argc, char **argv)
{
	struct instance instance;
	struct maps maps;

	if (argc != 3) {
		fprintf(stderr, "usage: serve PIN-DIR ADDRESS\n");
		return 2;
	}
	if (open_pins(argv[1], &maps, &instance)) {
		fprintf(stderr, "serve: there are no pins in %s\n", argv[1]);
		return 1;
	}
	return serve(&maps, &instance, argv[2]) ? 1 : 0;
}
