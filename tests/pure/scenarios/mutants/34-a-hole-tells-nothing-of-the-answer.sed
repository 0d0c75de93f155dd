# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: a FIN behind a hole may have been answered
# file: core/exchange.h
s/if ((f->past\[x\].traits & END_HOLE) && (f->past\[x ^ 1\].traits & END_HEARD))/if (0)/
