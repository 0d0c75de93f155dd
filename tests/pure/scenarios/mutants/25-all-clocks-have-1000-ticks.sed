# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 25: all clocks have 1000 ticks a second
# file: late/sender_clock.h
s/if (is_about(rate, 1000 \* 1000))/if (rate)/
