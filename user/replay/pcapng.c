// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/pcapng.h"

#include <endian.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "replay/capture_packet.h"
#include "tcpstate/units.h"

enum block_type {
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_PACKET = 6,
	BLOCK_SECTION = 0x0a0d0d0a, /* reads the same in either byte order */
};

#define BYTE_ORDER_MAGIC 0x1a2b3c4d
#define BLOCK_FRAME 12     /* type, length, and the length again */
#define BODY_KEPT (128 << 10) /* of a longer one, the rest is skipped: no packet on a wire is so long */
#define MAX_INTERFACES 65536
#define LATEST_NS (~0ULL >> 1) /* 2262 */

struct interface {
	__u32 snaplen;
	int link_type;
	__u64 multiplier;  /* of ticks to ns: ticks * multiplier / divisor >> shift */
	__u64 divisor;
	__u8 shift;
	__s64 offset;      /* seconds */
};

struct pcapng {
	FILE *file;
	bool swapped;          /* this section has the other byte order */
	bool in_section;
	struct interface *interfaces; /* of this section */
	size_t count, room;
	__u64 time;            /* of the newest packet that had one */
	char *error;
	size_t error_size;
	size_t kept;           /* bytes of the block's body that are in body[] */
	__u32 length;          /* of the whole body */
	__u8 body[BODY_KEPT];
};

bool is_pcapng(const __u8 head[4])
{
	__u32 word;

	memcpy(&word, head, sizeof(word));
	return le32toh(word) == BLOCK_SECTION;
}

struct pcapng *pcapng_new(FILE *file)
{
	struct pcapng *r = calloc(1, sizeof(*r));

	if (r)
		r->file = file;
	return r;
}

void pcapng_free(struct pcapng *r)
{
	if (r)
		free(r->interfaces);
	free(r);
}

__attribute__((format(printf, 2, 3)))
static int damaged(struct pcapng *r, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->error, r->error_size, format, args);
	va_end(args);
	return -EBADMSG;
}

/* ---- numbers ------------------------------------------------------------- */

static __u16 number16(const struct pcapng *r, const void *at)
{
	__u16 n;

	memcpy(&n, at, sizeof(n));
	return r->swapped ? __builtin_bswap16(n) : n;
}

static __u32 number32(const struct pcapng *r, const void *at)
{
	__u32 n;

	memcpy(&n, at, sizeof(n));
	return r->swapped ? __builtin_bswap32(n) : n;
}

static __u64 number64(const struct pcapng *r, const void *at)
{
	__u64 n;

	memcpy(&n, at, sizeof(n));
	return r->swapped ? __builtin_bswap64(n) : n;
}

/* ---- blocks -------------------------------------------------------------- */

static int read_bytes(struct pcapng *r, void *to, size_t size)
{
	return fread(to, 1, size, r->file) == size ? 0 : damaged(r, "it ends in the middle of a block");
}

static int skip_bytes(struct pcapng *r, size_t size)
{
	char waste[4096];

	while (size) {
		size_t part = size < sizeof(waste) ? size : sizeof(waste);

		if (fread(waste, 1, part, r->file) != part)
			return damaged(r, "it ends in the middle of a block");
		size -= part;
	}
	return 0;
}

/* A section says by its magic number in which byte order all of it is. */
static int begin_section(struct pcapng *r)
{
	__u32 magic;
	int err = read_bytes(r, &magic, sizeof(magic));

	if (err)
		return err;
	if (magic != BYTE_ORDER_MAGIC && __builtin_bswap32(magic) != BYTE_ORDER_MAGIC)
		return damaged(r, "a section header has the byte-order magic 0x%08x", magic);
	r->swapped = magic != BYTE_ORDER_MAGIC;
	r->in_section = true;
	r->count = 0;
	memcpy(r->body, &magic, sizeof(magic));
	r->kept = sizeof(magic);
	return 0;
}

/* 1 and *type: a block, with what is kept of its body; 0: the end of the file. */
static int read_block(struct pcapng *r, __u32 *type)
{
	__u32 head[2], length, again;
	size_t got = fread(head, 1, sizeof(head), r->file);
	int err = 0;

	if (got == 0)
		return 0;
	if (got < sizeof(head))
		return damaged(r, "it ends in the middle of a block");
	r->kept = 0;
	if (head[0] == BLOCK_SECTION || __builtin_bswap32(head[0]) == BLOCK_SECTION)
		err = begin_section(r);
	else if (!r->in_section)
		err = damaged(r, "it does not begin with a section header");
	if (err)
		return err;
	*type = number32(r, &head[0]);
	length = number32(r, &head[1]);
	if (length < BLOCK_FRAME + r->kept || length % 4)
		return damaged(r, "a block of type 0x%08x says that it is %u bytes long", *type, length);
	r->length = length - BLOCK_FRAME;
	got = r->kept;
	r->kept = r->length < BODY_KEPT ? r->length : BODY_KEPT;
	err = read_bytes(r, r->body + got, r->kept - got);
	err = err ?: skip_bytes(r, r->length - r->kept);
	err = err ?: read_bytes(r, &again, sizeof(again));
	if (err)
		return err;
	again = number32(r, &again);
	if (again != length)
		return damaged(r, "a block of type 0x%08x says at its head that it is %u bytes long, and %u at its end", *type,
			       length, again);
	return 1;
}

/* ---- interfaces ---------------------------------------------------------- */

enum option { OPTION_END = 0, OPTION_TSRESOL = 9, OPTION_TSOFFSET = 14 };

/* if_tsresol: a negative power of 10, or of 2 where the highest bit is set. */
static void set_resolution(struct interface *i, __u8 resolution)
{
	unsigned int digits = resolution & 0x7f;

	i->multiplier = 1;
	i->divisor = 1;
	i->shift = 0;
	if (resolution & 0x80) {
		i->multiplier = NS_PER_SECOND;
		i->shift = digits;
		return;
	}
	for (; digits < 9; digits++)
		i->multiplier *= 10;
	for (; digits > 9; digits--)
		i->divisor = i->divisor < LATEST_NS / 10 ? i->divisor * 10 : LATEST_NS;
}

static __u64 time_of(const struct interface *i, __u64 ticks)
{
	__int128 ns = (__int128)ticks * i->multiplier / i->divisor >> i->shift;

	ns += (__int128)i->offset * NS_PER_SECOND;
	return ns < 0 ? 0 : ns > LATEST_NS ? LATEST_NS : (__u64)ns;
}

static void read_options(const struct pcapng *r, struct interface *i, size_t at)
{
	while (at + 4 <= r->kept) {
		__u16 code = number16(r, r->body + at), length = number16(r, r->body + at + 2);

		at += 4;
		if (code == OPTION_END || r->kept - at < length)
			return;
		if (code == OPTION_TSRESOL && length >= 1)
			set_resolution(i, r->body[at]);
		if (code == OPTION_TSOFFSET && length >= 8)
			i->offset = number64(r, r->body + at);
		at += (length + 3) & ~3u;
	}
}

static int add_interface(struct pcapng *r)
{
	struct interface *i;

	if (r->kept < 8)
		return damaged(r, "an interface description is only %zu bytes long", r->kept);
	i = r->count < MAX_INTERFACES ? ARRAY_ADD(r->interfaces, r->count, r->room) : NULL;
	if (!i)
		return damaged(r, "it has more than %zu interfaces", r->count);
	*i = (struct interface){ .link_type = number16(r, r->body), .snaplen = number32(r, r->body + 4) };
	set_resolution(i, 6);
	read_options(r, i, 8);
	return 0;
}

/* ---- packets ------------------------------------------------------------- */

/* captured bytes from at on, as many as are kept. */
static int take_packet(struct pcapng *r, struct capture_packet *p, __u32 interface, size_t at, __u32 captured,
		       __u32 length)
{
	if (interface >= r->count)
		return damaged(r, "a packet is of interface %u, but there are %zu", interface, r->count);
	if (captured > r->length - at)
		return damaged(r, "a packet of %u bytes is in a block that holds %zu", captured, r->length - at);
	p->time = r->time;
	p->data = r->body + at;
	p->captured = captured < r->kept - at ? captured : r->kept - at;
	p->length = length;
	p->link_type = r->interfaces[interface].link_type;
	p->interface = interface;
	return 1;
}

/* Enhanced packet; and its forerunner, whose interface has 16 bits. */
static int full_packet(struct pcapng *r, struct capture_packet *p, bool old)
{
	__u32 interface;

	if (r->kept < 20)
		return damaged(r, "a packet block is only %zu bytes long", r->kept);
	interface = old ? number16(r, r->body) : number32(r, r->body);
	if (interface < r->count)
		r->time = time_of(&r->interfaces[interface], (__u64)number32(r, r->body + 4) << 32 |
							     number32(r, r->body + 8));
	return take_packet(r, p, interface, 20, number32(r, r->body + 12), number32(r, r->body + 16));
}

/* A simple packet is of the first interface, has no time, and is as long as that one's snapshots at most. */
static int simple_packet(struct pcapng *r, struct capture_packet *p)
{
	__u32 length, captured;

	if (r->kept < 4)
		return damaged(r, "a packet block is only %zu bytes long", r->kept);
	length = number32(r, r->body);
	captured = length < r->length - 4 ? length : r->length - 4;
	if (r->count && r->interfaces[0].snaplen && captured > r->interfaces[0].snaplen)
		captured = r->interfaces[0].snaplen;
	return take_packet(r, p, 0, 4, captured, length);
}

int pcapng_next(struct pcapng *r, struct capture_packet *p, char *error, size_t size)
{
	__u32 type = 0;
	int n;

	r->error = error;
	r->error_size = size;
	for (;;) {
		n = read_block(r, &type);
		if (n <= 0)
			return n;
		switch (type) {
		case BLOCK_INTERFACE:
			n = add_interface(r);
			if (n)
				return n;
			break;
		case BLOCK_OLD_PACKET:
		case BLOCK_PACKET:
			return full_packet(r, p, type == BLOCK_OLD_PACKET);
		case BLOCK_SIMPLE_PACKET:
			return simple_packet(r, p);
		default:
			break; /* statistics, names, secrets, comments */
		}
	}
}
