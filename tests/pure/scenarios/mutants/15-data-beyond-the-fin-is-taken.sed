# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 15: data beyond the own FIN is taken
# file: core/judge.h
s/if (fin_is_there(f, x) && seq_after(end, f->past\[x\].fin) && !denies_own_fin(f, x, s))/if (0)/
