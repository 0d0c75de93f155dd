# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: who acknowledges still more means nothing
# file: core/doubt.h
s/c->grounds |= CLAIM_INSISTED;/;/
