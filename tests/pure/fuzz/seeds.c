// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* seeds FOLDER: each frame of the parser's fixtures (tests/kernel/packets/) as a file to begin fuzzing with. */
#include <stdio.h>
#include <string.h>

#include "tests/kernel/packets/fixtures.h"

/* As parser.c reads it: Ethernet, and whatever else is usual. */
static const __u8 head[4];

static int write_frame(const char *folder, int number, const struct fixture *x)
{
	struct frame_builder frame;
	char path[4096];
	FILE *file;
	size_t size;

	build_frame(&frame, x->layers, x->changes, x->checksum);
	size = frame.size + x->padding - x->cut;
	snprintf(path, sizeof(path), "%s/%03d", folder, number);
	file = fopen(path, "wb");
	if (!file || fwrite(head, 1, sizeof(head), file) != sizeof(head) ||
	    fwrite(frame.bytes, 1, size, file) != size || fclose(file)) {
		perror(path);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct fixture *const tables[] = { link_fixtures, ip_fixtures, tunnel_fixtures, tcp_fixtures, icmp_fixtures,
						 invalid_fixtures };
	int number = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: seeds FOLDER\n");
		return 2;
	}
	for (size_t t = 0; t < sizeof(tables) / sizeof(*tables); t++)
		for (const struct fixture *x = tables[t]; x->name; x++)
			if (x->first_header == 0 && write_frame(argv[1], number++, x))
				return 1;
	return 0;
}
