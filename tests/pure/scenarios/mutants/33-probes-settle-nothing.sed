# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: a keepalive one below it settles nothing
# file: core/doubt.h
s/X(NEAR | EVIDENCE_OTHER | EVIDENCE_PROBES, SETTLED)//
