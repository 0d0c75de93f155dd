# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: a FIN that comes again says nothing of the one inferred
# file: core/exchange.h
s/if (repeats_unanswered_fin(f, x, s))/if (0)/
