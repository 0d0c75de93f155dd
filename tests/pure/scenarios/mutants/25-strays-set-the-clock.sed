# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 25: what is late sets the clock as well
# file: core/apply.h
s/return stray == STRAY_NONE && /return /
