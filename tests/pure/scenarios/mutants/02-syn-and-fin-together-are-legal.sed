# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 2: SYN, FIN and RST do not exclude each other
# file: core/known.h
s/if (one & (one - 1))/if (0)/
