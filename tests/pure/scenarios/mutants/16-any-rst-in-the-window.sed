# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: an RST in the window need not be exact
# file: core/judge.h
s/return f->traits & (FLOW_QUIET | FLOW_FRAGMENTED) ? JUDGE_RST : JUDGE_RST_INEXACT;/return JUDGE_RST;/
