# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: whose SYN has crossed may answer it by anything
# file: core/exchange.h
s/(!has_acked(f, x) && !(f->past\[x ^ 1\].traits & END_RST_DOUBTFUL))/0/
