# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: an ACK with the old numbers refuses nothing
# file: core/doubt.h
s/X(NEAR | EVIDENCE_OTHER | EVIDENCE_OLD_CONTROL, REFUSED)//
