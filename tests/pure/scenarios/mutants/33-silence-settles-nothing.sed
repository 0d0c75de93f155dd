# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: silence settles nothing
# file: core/apply.h
/^static __always_inline bool settles_at_last/,/^}/s/if (closes_by_claim(&h->claim\[end\]))/if (0)/
