# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: what was acknowledged is old, whenever it was sent
# file: late/stray.h
s/return would_fail_paws(f, x, s) ? STRAY_OLD_DUPLICATE/return 1 ? STRAY_OLD_DUPLICATE/
