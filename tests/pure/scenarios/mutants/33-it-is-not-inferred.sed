# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what was settled is not marked
# file: core/apply.h
s/if (is_fact(out, FACT_SETTLED) && !(s->flags & TH_SYN))/if (0)/
