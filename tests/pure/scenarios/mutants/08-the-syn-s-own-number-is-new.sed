# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 8: a challenged SYN is followed by its own number
# file: core/doubt.h
s/if ((s->seq == next || s->seq == c->seg.seq) && /if (s->seq == next \&\& /
