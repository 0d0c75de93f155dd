# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: the number of the life before opens none
# file: core/judge.h
s/return is_newer_syn(f, x, s, now) ? JUDGE_OPEN :/return !same \&\& is_newer_syn(f, x, s, now) ? JUDGE_OPEN :/
