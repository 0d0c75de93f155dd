# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: any SYN opens a new life
# file: core/judge.h
s/return is_newer_syn(f, x, s, now) ? JUDGE_OPEN : JUDGE_CHALLENGE_SYN;/return JUDGE_OPEN;/
