# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 21: every wait expires
# file: core/succession.h
s/return cause == CAUSE_TIMEOUT ?/return cause != CAUSE_NONE ?/
