# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: without timestamps there is no life before
# file: late/stray.h
/^static __always_inline bool is_of_former_life/,/^}/s/seq_before(s->seq, f->past\[x\].isn)/0/
