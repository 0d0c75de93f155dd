# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 25: a clock is believed at once
# file: late/sender_clock.h
s/#define TICK_LEARN_TICKS .*/#define TICK_LEARN_TICKS 0/
s/#define TICK_LEARN_NS .*/#define TICK_LEARN_NS 0/
s/#define TICK_SNAP_PERCENT .*/#define TICK_SNAP_PERCENT 100/
