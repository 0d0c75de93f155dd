# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: a zero-window probe is out of the window
# file: late/stray.h
s/return is_window_probe(f, x, s) ? STRAY_NONE : STRAY_OUT_OF_WINDOW;/return STRAY_OUT_OF_WINDOW;/
