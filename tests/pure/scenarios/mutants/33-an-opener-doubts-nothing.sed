# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: to an opener, nothing is in doubt
# file: core/judge.h
/if (theirs == STATE_SYN_SENT)/,/return/s/return may_be_true(f, h, x, s) ? JUDGE_HELD : JUDGE_ACK_UNSENT;/return JUDGE_ACK_UNSENT;/
