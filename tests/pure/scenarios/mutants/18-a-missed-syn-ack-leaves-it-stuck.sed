# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 18: the opener's ACK does not prove a SYN-ACK
# file: core/judge.h
s/return s->seq + 1 - me->next < FIRST_FLIGHT ? JUDGE_ACCEPT : JUDGE_ACK_UNSENT;/return JUDGE_ACK_UNSENT;/
