# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: simultaneous open is not known
# file: core/judge.h
s/return JUDGE_SYN_CROSSED;/return JUDGE_CHALLENGE_SYN;/
