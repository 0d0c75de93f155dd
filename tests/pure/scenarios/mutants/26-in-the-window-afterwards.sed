# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 26: the window is that after the segment
# file: core/apply.h
/news->in_window = would_be_in_window(f, x, s);/d
s/^\tnote_owed_rst(f, h, x, s);/\tnews->in_window = would_be_in_window(f, x, s);\n&/
