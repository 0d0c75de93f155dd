# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: a SYN-ACK that is answered shows nothing
# file: core/doubt.h
s/return !(s->flags & TH_SYN) && s->ack == claim_end(c) && s->seq == c->seg.ack;/return false;/
