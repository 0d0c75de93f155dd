# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: no gap begins behind the SYN alone
# file: core/anew.h
s/return f->state\[0\] != STATE_CLOSED && f->state\[1\] != STATE_CLOSED;/return is_synchronized(f->state[0]) || is_synchronized(f->state[1]);/
