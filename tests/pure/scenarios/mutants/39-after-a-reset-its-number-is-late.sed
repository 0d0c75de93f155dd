# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: the number of a life that an RST has ended opens nothing
# file: core/judge.h
s/return f->closed_how == CLOSE_RST ? JUDGE_CHALLENGE_SYN : JUDGE_LATE;/return JUDGE_LATE;/
