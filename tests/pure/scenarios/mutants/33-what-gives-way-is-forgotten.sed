# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what gives way to a SYN is not told
# file: core/apply.h
s/if (is_fact(out, FACT_CLAIMED) && claim_of(h, x)->kind == CLAIM_SYN/if (0/
