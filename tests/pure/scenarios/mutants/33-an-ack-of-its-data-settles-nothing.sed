# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: that its data is acknowledged settles nothing
# file: core/doubt.h
s/X(NEAR | EVIDENCE_OTHER | EVIDENCE_ACKS_CLAIM, SETTLED)//
