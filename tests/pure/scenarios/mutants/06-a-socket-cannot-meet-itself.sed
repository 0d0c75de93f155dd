# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: self-connect is treated as two sockets
# file: core/step.h
s/judgment == JUDGE_SYN_CROSSED || (f->traits & FLOW_SELF)/judgment == JUDGE_SYN_CROSSED/
