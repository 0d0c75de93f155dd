# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: a scale that was not seen is 0
# file: core/exchange.h
/^static __always_inline void assume_scale/,/^}/s/set_wscale(f, x, WSCALE_UNKNOWN);/set_wscale(f, x, 0);/
