# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 8: the numbers of a challenged SYN are not remembered
# file: judge.h
/^static __always_inline bool acks_pending_syn/,/^}/s/return (f->traits/return false \&\& (f->traits/
