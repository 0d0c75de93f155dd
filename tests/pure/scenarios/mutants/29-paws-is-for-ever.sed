# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 29: PAWS holds after 24 days
# file: core/known.h
s/#define PAWS_IDLE_NS .*/#define PAWS_IDLE_NS (2400ull * 86400 * 1000000000)/
