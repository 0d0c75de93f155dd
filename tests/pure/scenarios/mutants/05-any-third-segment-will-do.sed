# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 5: the third segment need not acknowledge the SYN-ACK
# file: core/judge.h
s/return may_be_true(f, h, x, s) ? JUDGE_HELD : JUDGE_ACK_UNSENT; \/\* y answers RST \*\//return JUDGE_ACCEPT;/
