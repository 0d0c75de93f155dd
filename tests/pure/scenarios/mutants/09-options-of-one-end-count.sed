# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 9: an option counts when one SYN carries it
# file: core/numbers.h
/^static __always_inline void agree_on_options/,/^}/s/f->past\[0\].traits & f->past\[1\].traits/f->past[0].traits | f->past[1].traits/
