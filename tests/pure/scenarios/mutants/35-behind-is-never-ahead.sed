# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: what seems to lie far behind is not ahead
# file: core/anew.h
s/if (!beyond \&\& judgment != JUDGE_OLD \&\& judgment != JUDGE_ACK_OLD)/if (!beyond)/
