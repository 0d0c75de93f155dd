# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 8: the numbers of a challenged SYN are not remembered
# file: core/step.h
/^static __always_inline void remember_syn/,/^}/s/^\tclaim_segment(f, h, x, s, CLAIM_SYN, now);//
