# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: behind a copy of this life's SYN-ACK the next one begins
# file: core/doubt.h
s/ && next - c->seg.seq >= FIRST_FLIGHT))/))/
