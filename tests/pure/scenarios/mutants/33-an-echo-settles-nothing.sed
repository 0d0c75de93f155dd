# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: an echo of the doubtful segment settles nothing
# file: core/doubt.h
s/if (echoes_claim(f, c, end, s))/if (0)/
