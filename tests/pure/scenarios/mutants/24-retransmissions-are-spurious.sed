# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: any retransmission is spurious
# file: late/stray.h
/^static __always_inline bool is_acknowledged/,/^}/s/!seq_after(segment_end(s), f->end\[x ^ 1\].acked)/!seq_after(segment_end(s), f->end[x].next)/
