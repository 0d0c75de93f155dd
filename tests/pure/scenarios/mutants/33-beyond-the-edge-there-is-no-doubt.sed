# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: data beyond the edge is no doubt
# file: core/judge.h
/return (is_exact(f, h, x, s) || is_let_by_claim/,/JUDGE_OUT_OF_WINDOW/s/JUDGE_HELD : /JUDGE_OUT_OF_WINDOW : /
