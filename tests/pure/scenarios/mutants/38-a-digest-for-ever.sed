# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: a stray may pass the second place a second later
# file: core/copies.h
/^static __always_inline bool has_newest/,/^}/s/return .*;/return true;/
