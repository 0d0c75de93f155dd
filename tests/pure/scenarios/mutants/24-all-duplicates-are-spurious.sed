# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: what was acknowledged was sent anew, whenever it was
# file: late/stray.h
s/return would_fail_paws(f, x, s) ? STRAY_OLD_DUPLICATE/return 0 ? STRAY_OLD_DUPLICATE/
