# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: behind a handshake that was not seen to end, nothing is taken anew
# file: core/anew.h
s/f->state\[0\] != STATE_CLOSED && f->state\[1\] != STATE_CLOSED;/is_synchronized(f->state[0]) \&\& is_synchronized(f->state[1]);/
