# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what echoes another SYN-ACK than the one seen is stale
# file: core/judge.h
s/return may_be_true(f, h, x, s) ? JUDGE_HELD : JUDGE_PAWS;/return JUDGE_PAWS;/
