# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 41: restarts are not taken back
# file: late/time_wait.h
/There was no wait/,/else if/s/h->wait_restarts = 0;/;/
