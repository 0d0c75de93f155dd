# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 32: SYN_RECEIVED -> FIN_WAIT_1 is unknown
# file: core/transition.h
/WHEN(SENT_FIN, SYN_RECEIVED, FIN_WAIT_1)/d
