# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 7: a repeated SYN opens a flow
# file: core/judge.h
s/return JUDGE_SYN_AGAIN;$/return JUDGE_OPEN;/
