# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: behind a SYN-ACK nothing but the next number counts
# file: core/doubt.h
s/(s->seq + 1 - claim_end(c) < FIRST_FLIGHT && next - c->seg.seq >= FIRST_FLIGHT)/0/
