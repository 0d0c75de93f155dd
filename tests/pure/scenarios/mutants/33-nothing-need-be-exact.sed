# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what is in doubt need not be exact
# file: core/doubt.h
s/c->grounds = exact ? CLAIM_EXACT/c->grounds = true ? CLAIM_EXACT/
