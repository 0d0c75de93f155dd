# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: that it is answered does not show that a SYN was taken
# file: core/doubt.h
s/X(SYN | EVIDENCE_OTHER | EVIDENCE_ACKS_CLAIM, SETTLED)//
