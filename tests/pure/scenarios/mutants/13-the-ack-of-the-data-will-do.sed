# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 13: an ACK of what is before the FIN acknowledges it
# file: core/exchange.h
/^static __always_inline bool acks_fin/,/^}/s/!seq_before(ack, f->past\[of\].fin)/!seq_before(ack, f->past[of].fin - 1)/
