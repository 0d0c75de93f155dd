# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: what comes late explains nothing
# file: core/doubt.h
/^static __always_inline bool is_explained/,/^}/s/return c->kind == CLAIM_NEAR/return false/
