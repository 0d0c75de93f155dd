# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: the times that a stray carries make no difference
# file: core/copies.h
/^static __always_inline __u32 digest_of/,/^}/s/if (s->traits & SEG_TIMESTAMP)/if (0)/
