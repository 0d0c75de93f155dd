# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 20: a restart does not tell how far the wait had got
# file: late/time_wait.h
/news->phase = WAIT_RESTARTED;/,/h->wait_since\[y\] = now;/s/ms_between(h->wait_since\[y\], now)/0/
