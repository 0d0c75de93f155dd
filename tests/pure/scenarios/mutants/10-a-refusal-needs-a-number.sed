# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 10: a refusal must have the next sequence number
# file: core/judge.h
s/return (s->flags & TH_ACK) && acks_syn(f, y, s->ack) ? JUDGE_REFUSED : JUDGE_RST_INVALID;/return s->seq \&\& acks_syn(f, y, s->ack) ? JUDGE_REFUSED : JUDGE_RST_INVALID;/
