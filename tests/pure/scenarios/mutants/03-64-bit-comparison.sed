# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 3: the difference is not taken modulo 2^32
# file: core/seq.h
/^static __always_inline bool seq_before/,/^}/s/return .*;/return (__s64)a - (__s64)b < 0;/
