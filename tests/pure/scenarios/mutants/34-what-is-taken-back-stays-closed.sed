# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: of a FIN that was none, the states stay
# file: core/exchange.h
/^static __always_inline void take_back_fin/,/^}/s/^\t\thappens(f, x, MISSED_FIN);/;/
