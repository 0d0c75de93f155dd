# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: a copy has the same end
# file: core/copies.h
s/(second || is_newest(f, x, s))/is_newest(f, x, s)/
