# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: a SYN with another number behind crossed ones is challenged
# file: core/judge.h
s/if (mine == STATE_SYN_RECEIVED && theirs == STATE_SYN_RECEIVED && /if (0 \&\& /
