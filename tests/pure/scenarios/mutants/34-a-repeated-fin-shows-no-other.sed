# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: a FIN that comes again does not show the one that it acknowledges
# file: core/missed_fin.h
s/ || repeats_fin(f, x, s)))/))/
