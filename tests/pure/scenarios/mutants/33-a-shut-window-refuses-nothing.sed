# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: that a window is shut still is no evidence
# file: core/doubt.h
s/if (shuts_out(f, c, x, s))/if (0)/
