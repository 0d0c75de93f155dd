# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 14: a FIN acknowledges the other without covering it
# file: core/exchange.h
/^static __always_inline void received/,/^}/s/if (acks_fin(f, y, s->ack))/if ((s->flags \& TH_FIN) || acks_fin(f, y, s->ack))/
