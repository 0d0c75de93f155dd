# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: behind a handshake that was not seen to end, nothing is taken anew
# file: core/anew.h
s/return is_synchronized(state) || state == STATE_SYN_RECEIVED;/return is_synchronized(state);/
