# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: the SYN-ACK behind its ACK is another one
# file: core/judge.h
s/if (is_missed_syn_ack(f, h, x, s))/if (0)/
