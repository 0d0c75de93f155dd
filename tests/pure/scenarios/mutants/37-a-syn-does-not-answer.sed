# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: a SYN behind its SYN-ACK does not show that life
# file: core/doubt.h
/The SYN itself, behind the SYN-ACK/,/return/s/return (c->seg/return 0 \&\& (c->seg/
