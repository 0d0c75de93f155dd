# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 40: a SYN-ACK after the handshake is no retransmission
# file: core/judge.h
/The same behind an ACK that x has not got/,/return/s/if ((same || /if (0 \&\& (same || /
