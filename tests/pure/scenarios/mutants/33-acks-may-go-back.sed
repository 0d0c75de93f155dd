# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: an ACK of less refuses nothing
# file: core/doubt.h
s/X(NEAR | EVIDENCE_ACKS_LESS, REFUSED)//
