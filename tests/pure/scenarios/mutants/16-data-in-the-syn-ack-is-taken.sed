# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: data in the SYN-ACK is expected no more
# file: core/step.h
s/packets_of(f, y) == f->past\[y\].syns)/0)/
