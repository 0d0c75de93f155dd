# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 7: the number of a restarted opener is not taken
# file: core/judge.h
s/return theirs == STATE_LISTEN ? JUDGE_SYN_RESTART : JUDGE_CHALLENGE_SYN;/return JUDGE_CHALLENGE_SYN;/
