/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The table's index: which slot of a set holds which fingerprint, and in which class. */
#ifndef TCPSTATE_ABI_TAGS_H
#define TCPSTATE_ABI_TAGS_H

#include <linux/types.h>

/* In the order of the gauges; the last five are only told apart in tags. */
enum tag_class {
	TAG_EMPTY = 0,
	TAG_UNCONFIRMED = 1,
	TAG_CONFIRMED = 2,
	TAG_CLOSING = 3,
	TAG_CLASSES,
	TAG_TALKED = TAG_CLASSES, /* confirmed, and bytes of both ends were acknowledged: found out where it matters (claim.h) */
	TAG_CLAIMED,              /* a CPU has taken the way, and is about to open a flow in it */
	TAG_RESTING,              /* its flow is gone, but a CPU on the fast path may still hold the slot: until a sweep has passed */
	TAG_MET,                  /* confirmed, but met in its middle, and no progress of both ends seen: two forged segments do */
};

#define SET_WAYS 32  /* flows a set */
#define SET_WORDS 8  /* u64 words of four 16-bit tags */

/* A tag: three bits of class, one for flows seen inside a tunnel, twelve of the key's fingerprint. */
#define TAG_BITS 16
#define TAG_CLASS_SHIFT 13
#define TAG_TUNNEL 0x1000u
#define TAG_PRINT_MASK 0x0fffu

static inline enum tag_class tag_class_of(__u64 word, __u32 way)
{
	return word >> ((way & 3) * TAG_BITS + TAG_CLASS_SHIFT) & 7;
}

static inline int holds_flow(enum tag_class class)
{
	return (class >= TAG_UNCONFIRMED && class <= TAG_TALKED) || class == TAG_MET;
}

/* As the gauges count it. */
static inline enum tag_class gauge_class(enum tag_class class)
{
	return class == TAG_TALKED || class == TAG_MET ? TAG_CONFIRMED : holds_flow(class) ? class : TAG_EMPTY;
}

/*
 * One cache line that answers "which slot" for a set. A tag of an empty way is 0.
 * Way w of set s owns slot s * SET_WAYS + w.
 */
struct tag_set {
	__u64 word[SET_WORDS];
};

#endif
