# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: a newer timestamp does not open a new life
# file: core/judge.h
/^static __always_inline bool is_newer_syn/,/^}/s/return uses_timestamps(f, x) &&/return 0 \&\&/
