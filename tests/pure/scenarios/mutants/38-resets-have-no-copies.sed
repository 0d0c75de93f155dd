# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: a copy of an RST is another one
# file: core/copies.h
s/return is_known_reset(f, x) ||/return/
