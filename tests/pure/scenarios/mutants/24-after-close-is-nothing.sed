# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: what comes after the close is no stray
# file: late/stray.h
s/STRAY_NONE : STRAY_AFTER_CLOSE/STRAY_NONE : STRAY_NONE/
