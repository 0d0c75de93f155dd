# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an ACK that is not exact settles a FIN
# file: core/missed_fin.h
s/if (!trusted && !(s->seq == me->next || is_hinted_fin(f, x, s) || repeats_fin(f, x, s)))/if (0)/
