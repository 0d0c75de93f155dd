# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 17: an RST does not close the end in FIN_WAIT_2 that sent it
# file: core/transition.h
/WHEN(RESET, FIN_WAIT_2, CLOSED)/d
