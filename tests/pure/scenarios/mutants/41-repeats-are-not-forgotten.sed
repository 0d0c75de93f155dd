# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 41: after an ACK its repeats count on
# file: core/exchange.h
s/theirs->fins_unheard = 0;/;/
