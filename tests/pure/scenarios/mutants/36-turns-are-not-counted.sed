# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 36: that numbers wrap is not counted
# file: core/numbers.h
/^static __always_inline void advance_next/,/^}/s/h->turns\[end_index(x)\]++;/;/
