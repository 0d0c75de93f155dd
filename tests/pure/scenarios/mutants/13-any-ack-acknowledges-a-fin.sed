# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 13: any ACK acknowledges the FIN, as in nf_conntrack
# file: core/exchange.h
/^static __always_inline bool acks_fin/,/^}/s/ && !seq_before(ack, f->past\[of\].fin)//
