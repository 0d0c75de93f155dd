# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: the challenge of a request refuses nothing
# file: core/doubt.h
s/(seq_before(s->seq, c->seg.ack) || challenges_as_request(f, c, x, s)))/seq_before(s->seq, c->seg.ack))/
