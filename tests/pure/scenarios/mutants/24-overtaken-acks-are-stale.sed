# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: a pure ACK that was overtaken is stale
# file: tell/describe.h
/^static __always_inline bool is_overtaken_ack/,/^}/s/if (e->kind != STRAY_PAWS_STALE .*/if (1)/
