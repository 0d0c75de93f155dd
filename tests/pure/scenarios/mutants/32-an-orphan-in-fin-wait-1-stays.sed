# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 32: an orphan's RST leaves it in FIN_WAIT_1
# file: core/transition.h
/WHEN(RESET, FIN_WAIT_1, CLOSED)/d
