# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: the end that waits cannot open anew
# file: core/judge.h
s/(mine == STATE_TIME_WAIT && theirs == STATE_CLOSED)/0/
