# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: an RST behind it settles nothing
# file: core/doubt.h
s/X(NEAR | EVIDENCE_GOES_ON | EVIDENCE_RST, SETTLED)//
