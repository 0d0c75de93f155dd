# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 17: nor an end in TIME_WAIT, that had vanished
# file: core/transition.h
/WHEN(RESET, TIME_WAIT, CLOSED)/d
