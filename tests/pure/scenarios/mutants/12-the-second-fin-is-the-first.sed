# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 12: CLOSE_WAIT goes to FIN_WAIT_1
# file: core/transition.h
s/WHEN(SENT_FIN, CLOSE_WAIT, LAST_ACK)/WHEN(SENT_FIN, CLOSE_WAIT, FIN_WAIT_1)/
