# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 32: SYN_RECEIVED does not time out to CLOSED
# file: core/transition.h
/WHEN(TIMED_OUT, SYN_RECEIVED, CLOSED)/d
