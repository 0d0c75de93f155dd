# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 23: in TIME_WAIT nothing is a stray
# file: late/stray.h
s/return stray_in_time_wait(f, x, s, judgment);/return STRAY_NONE;/
