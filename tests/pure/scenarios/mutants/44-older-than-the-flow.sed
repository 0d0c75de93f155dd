# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 44: a segment is older than its flow
# file: tell/describe.h
/^static __always_inline void check_lifetime/,/^}/s/e->lifetime_ms = LIFETIME_UNKNOWN;/;/
