# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: a SYN with the number at which the life before ended will do
# file: core/judge.h
/^static __always_inline bool is_newer_syn/,/^}/s/seq_after(s->seq, expected(f, x))/!seq_before(s->seq, expected(f, x))/
