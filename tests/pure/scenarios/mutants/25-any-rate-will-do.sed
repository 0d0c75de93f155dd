# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 25: a clock is snapped to the next usual rate, however far
# file: late/sender_clock.h
s/#define TICK_SNAP_PERCENT .*/#define TICK_SNAP_PERCENT 50/
