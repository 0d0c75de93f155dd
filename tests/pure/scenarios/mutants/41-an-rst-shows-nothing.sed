# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 41: an RST that acknowledges the FIN shows nothing
# file: core/step.h
/^static __always_inline enum cause step_reset/,/^}/s/if ((s->flags & TH_ACK) && acks_fin(f, x ^ 1, s->ack))/if (0)/
