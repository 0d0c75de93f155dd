# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 36: an ACK of more than 2^30 is old
# file: core/judge.h
s/ && !is_new_ack(f, x, s->ack) &&/ \&\&/
