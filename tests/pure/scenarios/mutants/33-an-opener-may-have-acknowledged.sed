# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: an end whose SYN comes again may have acknowledged something
# file: core/doubt.h
s/X(NEAR | EVIDENCE_OTHER | EVIDENCE_STILL_OPENS, REFUSED)//
