# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 12: a FIN is received with a hole before it
# file: core/exchange.h
/^static __always_inline bool fin_has_arrived/,/^}/s/!seq_before(expected(f, x), past->fin)/true/
