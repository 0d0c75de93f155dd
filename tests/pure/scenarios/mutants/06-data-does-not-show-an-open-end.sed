# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: an opener's data does not show that it is open
# file: core/exchange.h
s/(s->len || (!has_acked(f, x)/(0 || (!has_acked(f, x)/
