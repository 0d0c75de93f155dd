/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The parser, as user space, XDP and tc run it. */
#ifndef TESTS_PACKETS_PARSERS_H
#define TESTS_PACKETS_PARSERS_H

#include "fixtures.h"
#include "parse/packet.h"

struct outcome {
	int err;              /* 0, or -1 - enum passed_over */
	struct packet packet; /* of a segment */
};

enum native_way { NATIVE_PLAIN_FIRST, NATIVE_WALK_ONLY };

/*
 * size bytes of a frame that was wire_size bytes long, looked at as the fixture
 * has it. The bytes are copied to where a sanitizer sees a read beyond them.
 */
struct outcome parse_natively(const struct fixture *x, enum native_way way, const __u8 *bytes, size_t size,
			      size_t wire_size);

#define TEST_PLACE 0x12345678 /* where a capture says that it was made */

/* Both by BPF_PROG_TEST_RUN. 0, or a negative errno: the kernel refused the frame. */
int parse_in_kernel(const struct fixture *x, enum hook hook, const __u8 *bytes, size_t size, size_t wire_size,
		    struct outcome *out);

/*
 * At tc, as a packet that leaves an interface: of the frame, only the first
 * linear bytes can be read without fetching more. Makes a network namespace for
 * the process when first called. The frame must be longer than a page.
 */
int parse_scattered(const struct fixture *x, const __u8 *bytes, size_t size, size_t linear, struct outcome *out);

/* The loaded tc program for a fixture (a descriptor), and what it last made of a frame. */
int tc_program(const struct fixture *x, int *fd);
int tc_outcome(const struct fixture *x, struct outcome *out);

/* What one run takes, in ns, with the parser and without it. */
int time_in_kernel(const struct fixture *x, enum hook hook, const __u8 *bytes, size_t size, __u32 *with, __u32 *without);

/* 0, or a negative errno: no BPF here. */
int open_kernel_parsers(void);
void close_kernel_parsers(void);

#endif
