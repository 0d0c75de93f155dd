# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 28: timestamps do not wrap
# file: late/reuse.h
s/(__s32)behind > PAIR_SLACK_TICKS/pair->tsval > tsval/
