# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an inferred FIN that comes again has been acknowledged
# file: core/exchange.h
/^static __always_inline void fin_comes_late/,/^}/s/^\t\thappens(f, y, REPEATED_FIN);/\t\t;/
