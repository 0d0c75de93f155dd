# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: who says the same twice means it
# file: core/doubt.h
/has_ack \&\& c->stray == STRAY_ACK_UNSENT/s/ \&\& seq_after(s->ack, c->seg.ack) \&\&/ \&\&/
