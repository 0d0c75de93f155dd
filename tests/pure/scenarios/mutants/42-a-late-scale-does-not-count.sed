# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: a late SYN-ACK does not tell the scale
# file: core/numbers.h
/^static __always_inline void note_syn_options/,/^}/s/past->traits &= ~(END_SACK | END_TIMESTAMPS | END_WSCALE | END_SCALE_UNKNOWN);//
