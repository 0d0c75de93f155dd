# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 29: timestamps do not wrap
# file: core/seq.h
/^static __always_inline bool ts_older/,/^}/s/return .*/return a < b;/
