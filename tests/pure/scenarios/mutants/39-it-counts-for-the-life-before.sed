# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: the SYN is counted for the life before
# file: core/apply.h
/^static __always_inline void uncount_segment/,/^}/s/if ((s->flags & TH_SYN) && f->past\[x\].syns)/if (0)/
