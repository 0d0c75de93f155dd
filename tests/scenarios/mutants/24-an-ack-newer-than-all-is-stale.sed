# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: a pure ACK with the newest time is stale for what it echoes
# file: describe.h
/^static __always_inline bool is_overtaken_ack/,/^}/s/(__s32)(\(f->end.*tsval\))/(\1)/
