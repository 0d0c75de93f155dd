# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: an answer acknowledges no data of the SYN
# file: core/doubt.h
s/(s->flags & TH_SYN) && s->ack - c->seg.seq - 1 < SYN_DATA_MAX/(s->flags \& TH_SYN) \&\& s->ack == c->seg.seq + 1/
