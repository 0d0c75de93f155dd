# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: behind a window in doubt there is no other
# file: core/plausible.h
s/return c->kind == CLAIM_NEAR && s->seq == claim_end(c) && s->seq - f/return 0 \&\& s->seq - f/
