# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: the number that the other's SYN-ACK told is not known
# file: core/judge.h
s/if (answers_crossed_syn(f, x, s))/if (0)/
