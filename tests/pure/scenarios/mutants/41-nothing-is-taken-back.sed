# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 41: it is never taken back
# file: core/exchange.h
/^static __always_inline void doubt_fin/,/^}/s/happens(f, x, MISSED_FIN);/;/
