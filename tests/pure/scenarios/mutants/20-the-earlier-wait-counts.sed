# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 20: of two waits, the one that began first ends both
# file: late/time_wait.h
s/return a > b ? a : b;/return a \&\& (a < b || !b) ? a : b;/
