# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: a keepalive with a byte is a spurious retransmission
# file: late/stray.h
/^static __always_inline bool is_keepalive/,/^}/s/s->len <= 1/s->len == 0/
