// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * flood-words INTERFACE syn|rst COUNT [FIRST]: COUNT segments of that kind come in at the interface, as fast as the
 * kernel takes them (BPF_PROG_TEST_RUN with live frames, no socket and no queue that could drop one), each of a
 * connection of its own, from number FIRST on. They are addressed to a station that is not there: nobody answers.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <linux/tcp.h>

#include "flood_words.skel.h"

#define PORTION 1000000 /* segments a call */
#define BATCH 64        /* that the kernel hands on at once */

/* Ethernet, IPv4 to 10.77.0.2, TCP to port 443; the program fills in where it is from. */
static unsigned char frame[] = {
	0x02, 0, 0, 0, 0, 0x99, 0x02, 0, 0, 0, 0, 0x98, 0x08, 0x00,
	0x45, 0, 0, 40, 0, 0, 0x40, 0, 64, 6, 0, 0, 0, 0, 0, 0, 10, 77, 0, 2,
	0, 0, 0x01, 0xbb, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0, 0xff, 0xff, 0, 0, 0, 0,
};
#define FLAGS 47

static int send_portion(int program, unsigned int ifindex, unsigned int count)
{
	struct xdp_md context = { .data_end = sizeof(frame), .ingress_ifindex = ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = frame, .data_size_in = sizeof(frame), .ctx_in = &context,
		    .ctx_size_in = sizeof(context), .repeat = count, .flags = BPF_F_TEST_XDP_LIVE_FRAMES,
		    .batch_size = BATCH);

	return bpf_prog_test_run_opts(program, &options);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static int send_all(struct flood_words *object, unsigned int ifindex, unsigned int count)
{
	const int program = bpf_program__fd(object->progs.next_segment);
	const unsigned int first = object->bss->number;
	const double start = now();
	double took;

	while (object->bss->number - first < count) {
		unsigned int left = count - (object->bss->number - first);
		int err = send_portion(program, ifindex, left < PORTION ? left : PORTION);

		if (err) {
			fprintf(stderr, "flood-words: BPF_PROG_TEST_RUN: %s\n", strerror(-err));
			return 1;
		}
	}
	took = now() - start;
	printf("%u segments in %.2f s, %.2f million a second\n", object->bss->number - first, took, count / took / 1e6);
	return 0;
}

int main(int argc, char **argv)
{
	struct flood_words *object;
	unsigned int ifindex;
	int status = 1;

	if (argc < 4 || (strcmp(argv[2], "syn") && strcmp(argv[2], "rst"))) {
		fprintf(stderr, "usage: flood-words INTERFACE syn|rst COUNT [FIRST]\n");
		return 2;
	}
	ifindex = if_nametoindex(argv[1]);
	object = flood_words__open_and_load();
	if (!ifindex || !object) {
		fprintf(stderr, "flood-words: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	frame[FLAGS] = strcmp(argv[2], "syn") ? 0x04 : 0x02;
	object->bss->number = argc > 4 ? strtoul(argv[4], NULL, 10) : 0;
	status = send_all(object, ifindex, strtoul(argv[3], NULL, 10));
	flood_words__destroy(object);
	return status;
}
