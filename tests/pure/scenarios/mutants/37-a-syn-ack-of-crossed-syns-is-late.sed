# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: behind its sender's data a SYN-ACK of crossed SYNs is a stray
# file: core/judge.h
s/if (crossed && same && acks_syn(f, y, s->ack) && !both_closed(f))/if (0)/
