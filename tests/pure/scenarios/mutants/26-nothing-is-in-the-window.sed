# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 26: nothing is in the window
# file: late/stray.h
/^static __always_inline bool would_be_in_window/,/^}/s/return .*;/return false;/
