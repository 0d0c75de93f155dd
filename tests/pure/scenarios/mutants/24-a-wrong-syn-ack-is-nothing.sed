# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: a SYN-ACK of something else is no stray
# file: late/stray.h
/case JUDGE_SYN_ACK_WRONG:/,/return/s/STRAY_ACK_UNSENT/STRAY_NONE/
