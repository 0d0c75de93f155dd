# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 8: a SYN on a live connection opens a new one at once
# file: core/judge.h
/^static __always_inline enum judgment judge_syn(/,/^}/s/^\treturn JUDGE_CHALLENGE_SYN;/\treturn JUDGE_OPEN;/
