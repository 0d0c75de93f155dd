# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: an opener's RST, with the number that it answers, refuses nothing
# file: core/doubt.h
s/X(NEAR | EVIDENCE_OTHER | EVIDENCE_ANSWER, REFUSED)//
