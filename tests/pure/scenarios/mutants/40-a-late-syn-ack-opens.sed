# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 40: after a refusal a SYN-ACK opens
# file: core/judge.h
s/return !same && f->initiator == y && !acks_syn(f, y, s->ack) ?/return f->initiator == y ?/
