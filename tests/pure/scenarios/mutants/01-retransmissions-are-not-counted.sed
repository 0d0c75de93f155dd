# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 1: a retransmission is not told from new data
# file: core/numbers.h
s/^\t\t\tpast->retransmits++;/\t\t\t;/
