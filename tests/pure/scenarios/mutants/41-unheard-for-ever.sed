# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 41: an ACK does not make it heard
# file: core/exchange.h
s/theirs->traits &= ~END_FIN_UNHEARD;/;/
