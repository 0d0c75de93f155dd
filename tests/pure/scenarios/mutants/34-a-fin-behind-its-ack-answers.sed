# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an inferred FIN that is seen behind the ACK of the other's answered it
# file: core/exchange.h
s/return has_seen_fin(f, x ^ 1) && !acks_fin(f, x ^ 1, s->ack);/return has_seen_fin(f, x ^ 1) \&\& !acks_fin(f, x ^ 1, s->ack) \&\& !(has_acked(f, x) \&\& acks_fin(f, x ^ 1, f->end[x].acked));/
