# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 7: the ACK does not decide between two SYN-ACKs
# file: judge.h
s/if ((f->traits & FLOW_ISN_CHANGED) && s->ack == f->pending_ack + 1)/if (0)/
