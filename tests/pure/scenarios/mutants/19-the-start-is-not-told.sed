# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 19: nobody is told that a wait starts
# file: late/time_wait.h
s/news->phase = WAIT_STARTED;/news->phase = 0;/
