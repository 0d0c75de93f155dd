# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: that the other end goes on where it said settles nothing
# file: core/doubt.h
s/X(NEAR | EVIDENCE_OTHER | EVIDENCE_BEGINS_THERE, SETTLED)//
