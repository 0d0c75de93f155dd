# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 40: who has asked again still opens, whatever it sends
# file: core/exchange.h
s/f->past\[x\].traits &= ~END_ASKS_AGAIN;//
