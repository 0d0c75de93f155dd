# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 12: a FIN that did not know of the other closes second
# file: core/transition.h
s/WHEN(SENT_FIN_UNAWARE, CLOSE_WAIT, CLOSING)/WHEN(SENT_FIN_UNAWARE, CLOSE_WAIT, LAST_ACK)/
