# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 18: a sender that goes on behind missed data proves nothing
# file: core/doubt.h
s/X(NEAR | EVIDENCE_OTHER | EVIDENCE_BEGINS_THERE, SETTLED)//
