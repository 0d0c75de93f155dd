# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 29: an RST needs a timestamp
# file: core/judge.h
s/^\tif (s->seq == expected(f, x))$/\tif (uses_timestamps(f, x) \&\& !(s->traits \& SEG_TIMESTAMP))\n\t\treturn JUDGE_RST_INVALID;\n&/
