# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 19: after a simultaneous close nobody waits
# file: core/transition.h
s/WHEN(RCVD_ACK_OF_FIN, CLOSING, TIME_WAIT)/WHEN(RCVD_ACK_OF_FIN, CLOSING, CLOSED)/
