# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: keepalives are sent again
# file: core/numbers.h
/^static __always_inline bool is_garbage_byte/,/^}/s/return s->len/return false \&\& s->len/
