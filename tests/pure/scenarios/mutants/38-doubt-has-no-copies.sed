# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: a copy of what is in doubt is a second word
# file: core/copies.h
s/if (c->kind == CLAIM_NEAR && /if (0 \&\& /
