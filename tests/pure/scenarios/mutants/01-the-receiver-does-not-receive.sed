# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 1: a segment is only sent
# file: core/step.h
s/^\treceived(f, y, s, out);/\t(void)y;/
