# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 25: there is no clock of one tick a second
# file: late/sender_clock.h
s/return is_about(rate, 1000) ? 1 : 0;/return 0;/
