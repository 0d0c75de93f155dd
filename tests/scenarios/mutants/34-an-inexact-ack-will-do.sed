# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an ACK that is not exact settles a FIN
# file: judge.h
s/if (!trusted && (s->seq != me->next || !has_acked(f, x)))/if (0)/
