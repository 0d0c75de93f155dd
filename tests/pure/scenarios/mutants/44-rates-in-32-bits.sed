# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 44: rates are computed in 32 bits
# file: late/sender_clock.h
s/__u64 ticks = (__u32)(tsval - c->first_tsval);/__u32 ticks = tsval - c->first_tsval;/
