# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what is in doubt is forgotten for what follows it
# file: core/anew.h
s/if (c->kind == CLAIM_NEAR && s->seq == claim_end(c))/if (0)/
