# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: what passes elsewhere is a copy, whatever it says
# file: core/copies.h
/^static __always_inline bool is_copy/,/^}/s/says_nothing_new(f, h, x, s)/true/
