# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 12: an end in SYN_RECEIVED can't close
# file: core/transition.h
/WHEN(SENT_FIN, SYN_RECEIVED, FIN_WAIT_1)/d
