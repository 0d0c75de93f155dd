# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: behind a stray, the first place has been passed long ago
# file: core/copies.h
s/ || (newest && second))/)/
