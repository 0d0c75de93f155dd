# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 9: PAWS is not applied
# file: core/judge.h
/^static __always_inline bool fails_paws/,/^}/s/return (s->traits/return false \&\& (s->traits/
