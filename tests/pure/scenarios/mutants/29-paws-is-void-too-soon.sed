# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 29: PAWS is void after a day
# file: core/known.h
s/#define PAWS_IDLE_NS .*/#define PAWS_IDLE_NS (86400ull * 1000000000)/
