# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: the next life settles nothing of the one before
# file: core/doubt.h
s/X(NEAR | EVIDENCE_OPENS, SETTLED)//
