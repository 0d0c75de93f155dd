# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: the window is not looked at
# file: core/judge.h
s/if (seq_before(s->seq, to->acked) || !seq_before(s->seq, to->edge))/if (0)/
s/return f->traits & (FLOW_QUIET | FLOW_FRAGMENTED) ? JUDGE_RST : JUDGE_RST_INEXACT;/return JUDGE_RST;/
