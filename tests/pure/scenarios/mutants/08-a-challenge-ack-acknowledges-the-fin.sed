# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 8: after a SYN, any ACK acknowledges the FIN
# file: core/exchange.h
/^static __always_inline bool acks_fin/,/^}/s/!seq_before(ack, f->past\[of\].fin)/(!seq_before(ack, f->past[of].fin) || (f->traits \& FLOW_DOUBT))/
