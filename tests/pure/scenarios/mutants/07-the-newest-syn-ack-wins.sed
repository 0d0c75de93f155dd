# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 7: the ACK does not decide between two SYN-ACKs
# file: core/judge.h
s/if ((f->traits & FLOW_OTHER_ISN) && s->ack == f->other_isn + 1)/if (0)/
