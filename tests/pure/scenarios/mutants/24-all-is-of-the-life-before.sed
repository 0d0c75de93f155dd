# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: what fits the life before is of it
# file: late/stray.h
/^static __always_inline bool is_of_former_life/,/^}/{s/return is_older_than_syn(f, h, x, s);/return true;/;s/seq_before(s->seq, f->past\[x\].isn)/1/}
s/return (h->former_heard & 1 << x) && .*/return true || /
