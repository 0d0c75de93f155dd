# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: what was sent before the first word is not known
# file: core/judge.h
/^static __always_inline bool is_first_word/,/^}/s/return (f->traits/return false \&\& (f->traits/
