# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 13: LAST_ACK is not left by the ACK
# file: core/transition.h
/WHEN(RCVD_ACK_OF_FIN, LAST_ACK, CLOSED)/d
