# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: who is closed stays so, when the FIN before its own turns out to be none
# file: core/transition.h
/WHEN(MISSED_FIN, CLOSED, FIN_WAIT_2)/d
