# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: its bytes are counted for the life before
# file: core/apply.h
/^static __always_inline void uncount_segment/,/^}/s/__sync_fetch_and_sub(&f->end\[x\].bytes, s->len);//
