# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 18: an ACK beyond any window is believed
# file: judge.h
/seq_after(s->ack, to->next)/,/JUDGE_ACK_UNSENT/s/return JUDGE_ACK_UNSENT;/return JUDGE_ACCEPT;/
