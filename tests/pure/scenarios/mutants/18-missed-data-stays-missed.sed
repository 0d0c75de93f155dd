# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 18: an ACK for data never seen is never believed
# file: core/judge.h
/!is_first_word(f, x, s))$/,/JUDGE_ACK_UNSENT/s/return may_be_true(f, h, x, s) ? JUDGE_HELD : JUDGE_ACK_UNSENT;/return JUDGE_ACK_UNSENT;/
