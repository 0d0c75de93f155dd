# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 28: a handshake that nobody has completed says whose clock it is
# file: tell/standing.h
s/gained(c) & STANDING_OPENED/gained(c) \& (STANDING_OPENED | STANDING_SYN_ACK)/
