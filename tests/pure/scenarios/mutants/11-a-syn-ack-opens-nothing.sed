# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 11: a flow whose SYN was missed is picked up as mid-stream
# file: core/open.h
s/return s->flags & TH_ACK ? JUDGE_OPEN_SYN_ACK : JUDGE_OPEN;/return s->flags \& TH_ACK ? JUDGE_OPEN_MIDSTREAM : JUDGE_OPEN;/
