# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 10: a SYN that crossed is not refused
# file: core/judge.h
/The SYNs had crossed: x is gone/,/JUDGE_RST_ANSWER/s/return JUDGE_RST_ANSWER;/return JUDGE_RST_INVALID;/
