# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: both FINs are never missed
# file: core/missed_fin.h
/^static __always_inline bool shows_both_fins/,/^}/s/return !has_seen_fin/return false \&\& !has_seen_fin/
