# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 10: an RST need not acknowledge the SYN
# file: core/judge.h
s/return (s->flags & TH_ACK) && acks_syn(f, y, s->ack) ? JUDGE_REFUSED : JUDGE_RST_INVALID;/return JUDGE_REFUSED;/
