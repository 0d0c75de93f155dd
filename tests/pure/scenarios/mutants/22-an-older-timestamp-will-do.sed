# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: PAWS is not asked
# file: core/judge.h
/^static __always_inline bool is_newer_syn/,/^}/s/if (fails_paws(f, x, s, now))/if (0)/
