# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: a stray at a second place is another one
# file: core/copies.h
s/if (newest && is_newest_again(h, x, s, place))/if (0)/
