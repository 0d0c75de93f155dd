# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 3: sequence numbers are compared as plain numbers
# file: core/seq.h
/^static __always_inline bool seq_before/,/^}/s/return .*;/return a < b;/
