# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 21: any RST ends the wait
# file: core/judge.h
s/^\tif (theirs == STATE_SYN_SENT)$/\tif (theirs == STATE_TIME_WAIT)\n\t\treturn JUDGE_RST;\n&/
