# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: a challenge to the reset of an end that is gone is the ACK of its SYN
# file: core/exchange.h
s/(!has_acked(f, x) && !(f->past\[x ^ 1\].traits & END_RST_DOUBTFUL))/!has_acked(f, x)/
