/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Where the parser stands in a frame. Every walk_*() function looks at one
 * header: it checks that the header is there, moves behind it, and says what
 * comes next.
 *
 * Convention of all parse_*() and walk_*() functions: 0 is success, and
 * PASS_OVER(REASON) a frame that is none of ours; passed_reason() gives the
 * enum passed_over back.
 */
#ifndef TCPSTATE_BPF_PARSE_CURSOR_H
#define TCPSTATE_BPF_PARSE_CURSOR_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>

#include "parse/headers.h"
#include "parse/packet.h"

/* linux/stddef.h defines it as a mere wish; bpf_helpers.h redefines it in the same way. */
#undef __always_inline
#define __always_inline inline __attribute__((always_inline))

#define PASS_OVER(reason) (-1 - PASSED_##reason)

static __always_inline __u32 passed_reason(int err)
{
	return (__u32)(-1 - err);
}

/* The bytes that can be read: all of the frame, or its beginning. */
struct frame {
	const void *data;
	const void *data_end;
};

/* Headers are looked for up to here, and nothing is read beyond the mask. */
#define MAX_OFFSET 0x0fff
#define OFFSET_MASK 0x1fff
/* Tunnels are opened down to this level. */
#define MAX_TUNNELS 2
/* How many headers the walk takes: two tunnels with two VLAN tags everywhere, and some to spare. */
#define MAX_HEADERS 16

/* What comes next, if it is not an EtherType. */
#define NEXT_PROTOCOL 0x10000 /* | IP protocol */
#define NEXT_ETHERNET 0x20000

enum quote { QUOTE_NONE = 0, QUOTE_SOFT, QUOTE_HARD };

/*
 * The state of a walk. In BPF it lies in memory that the verifier knows
 * nothing about, so that all the ways to one header look alike to it, and each
 * round of the walk is verified once.
 */
struct walk {
	__u32 offset;    /* of the next header */
	int err;         /* PASS_OVER(REASON) once it is clear that the frame is none of ours */
	__u32 next;      /* what it is */
	__u32 end;       /* where the innermost IP packet ends by its own header */
	__u32 limit;     /* where the bytes end that some header vouches for */
	__u32 frame_len; /* on the wire: no packet ends behind it, and one that does not tell its length ends there */
	__u32 segment;   /* where the TCP header begins, once found */
	__u32 zone;      /* for the key */
	__u32 gso_size;  /* tc: payload of each of the frames that this one stands for, or 0 */
	__u32 gso_segs;  /* tc: how many these are, or 0: not said */
	__u8 unsized;    /* its IP header's length is not to be used; the frame's was taken */
	__u8 options;    /* bytes of TCP options still to be read */
	__u8 tags;       /* VLAN tags met */
	__u8 tunnels;    /* opened */
	__u8 fragment;   /* a first fragment, of this or an outer packet */
	__u8 quoted;     /* enum quote: inside an ICMP error */
	__u8 zone_mode;  /* enum zone_mode */
	__u8 decap;      /* a bit for each enum tunnel_kind that is opened */
	__u8 no_tunnel_id;
	__u8 verify_checksum;
	__u8 captured;   /* the frame comes from a file, which may have kept less of it than there was */
	__u8 received;   /* its receiver comes next: it checks the IP header (see is_checked()) */
	__u8 from_outside; /* an end host's, and not by lo: a loopback address is forged */
};

/* A value that the compiler can't see through, so that it computes it as written. */
#define opaque(value)                                 \
	({                                            \
		__typeof__(value) opaque_ = (value);  \
		__asm__ volatile("" : "+r"(opaque_)); \
		opaque_;                              \
	})

/* Bytes between two places in a frame. Not seen through: clang would subtract last, from a sum of pointers. */
static __always_inline __u32 distance(const void *from, const void *to)
{
	__u64 bytes = (const char *)to - (const char *)from;

	return opaque(bytes);
}

/*
 * Read the walk from memory again: a round must not be verified with what the
 * one before it knew.
 */
static __always_inline void forget(struct walk *w)
{
	__asm__ volatile("" : : "r"(w) : "memory");
}

/*
 * The size bytes at offset, or NULL where the frame ends before. The verifier
 * wants a bound that it can see before it adds to a packet pointer: hence the
 * mask, which changes nothing: no header begins beyond MAX_OFFSET (see advance());
 * clang must not see that, or it leaves the mask out, and 6.1 does not follow the comparison instead.
 */
static __always_inline const void *bytes_at(struct frame f, __u32 offset, __u32 size)
{
#ifdef __bpf__
	const char *at = f.data + (opaque(offset) & OFFSET_MASK);

	return (const void *)(at + size) > f.data_end ? NULL : at;
#else
	size_t have = (const char *)f.data_end - (const char *)f.data;

	return (size_t)offset + size > have ? NULL : (const char *)f.data + offset;
#endif
}

/* The header that comes next, or NULL: then short_of() says why. */
static __always_inline const void *header(struct frame f, const struct walk *w, __u32 size)
{
	return w->offset + size > w->limit ? NULL : bytes_at(f, w->offset, size);
}

/*
 * Why the next size bytes are not there. The lengths in the headers around
 * them do not promise them: malformed, or a fragment that is too small.
 * Otherwise the frame was cut.
 */
static __always_inline int short_of(const struct walk *w, __u32 size, int malformed)
{
	if (w->offset + size <= w->limit)
		return PASS_OVER(TRUNCATED);
	return w->fragment ? PASS_OVER(SHORT_FRAGMENT) : malformed;
}

/* Move behind a header of size bytes. */
static __always_inline int advance(struct walk *w, __u32 size, __u32 next)
{
	__u32 offset = w->offset + size;

	if (offset > MAX_OFFSET)
		return PASS_OVER(TOO_DEEP);
	w->offset = offset;
	w->next = next;
	return 0;
}

#endif
