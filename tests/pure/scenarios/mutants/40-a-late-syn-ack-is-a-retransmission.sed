# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 40: a SYN-ACK after data is a retransmission
# file: core/judge.h
s/f->end\[x\].next == s->seq + 1 && f->end\[y\].next == s->ack)/true)/
