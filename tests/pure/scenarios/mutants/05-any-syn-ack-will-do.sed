# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 5: a SYN-ACK need not acknowledge the SYN
# file: core/judge.h
/^static __always_inline enum judgment judge_syn_ack/,/^}/s/if (!acks_syn(f, y, s->ack))/if (0)/
