# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: traffic after an RST shows nothing
# file: core/judge.h
/^static __always_inline bool shows_rst_ignored/,/^}/s/return claim_of/return false \&\& claim_of/
