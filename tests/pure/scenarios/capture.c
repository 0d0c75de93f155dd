// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "capture.h"

#include <stdio.h>

#define MAGIC_NANOSECONDS 0xa1b23c4d
#define LINKTYPE_ETHERNET 1

/* pcap-savefile(5), in this machine's byte order. */
struct file_header {
	__u32 magic;
	__u16 major, minor;
	__u32 zone, accuracy, snaplen, link_type;
};

struct frame_header {
	__u32 seconds, nanoseconds, kept, length;
};

struct writer {
	const struct scenario *s;
	FILE *file;
};

static bool write_frames(const struct variant *v, void *arg)
{
	static __u8 frame[FRAME_MAX];
	struct writer *w = arg;

	for (int i = 0; i < w->s->count; i++) {
		const struct action *a = &w->s->actions[i];
		struct frame_header header = { a->at / SECOND, a->at % SECOND, 0, 0 };
		struct wire wire;

		if (a->kind != DO_SEND)
			continue;
		wire = variant_wire(v, w->s, a);
		header.kept = wire_frame(&wire, frame, &header.length);
		fwrite(&header, sizeof(header), 1, w->file);
		fwrite(frame, header.kept, 1, w->file);
	}
	return false; /* one variant is enough */
}

int capture_write(const struct scenario *s, const char *path)
{
	const struct file_header header = { MAGIC_NANOSECONDS, 2, 4, 0, 0, 65535, LINKTYPE_ETHERNET };
	struct writer w = { s, fopen(path, "w") };
	int err;

	if (!w.file)
		return -1;
	fwrite(&header, sizeof(header), 1, w.file);
	variants_of(s, write_frames, &w);
	err = ferror(w.file);
	return fclose(w.file) || err ? -1 : 0;
}
