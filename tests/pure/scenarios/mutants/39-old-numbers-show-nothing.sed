# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: that its sender goes on does not show that a SYN was not taken
# file: core/doubt.h
s/X(SYN | EVIDENCE_OLD_NUMBERS, DROPPED)//
