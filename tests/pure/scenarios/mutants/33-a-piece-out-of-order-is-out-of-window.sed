# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: a piece out of order is no part of what is held
# file: core/plausible.h
s/return c->kind == CLAIM_NEAR && c->stray == STRAY_OUT_OF_WINDOW && /return 0 \&\& /
