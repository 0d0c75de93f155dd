# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 36: bytes do not count from the first number
# file: core/numbers.h
/^static __always_inline void note_syn(/,/^}/s/h->first\[end_index(x)\] = s->seq;/h->first[end_index(x)] = 0;/
