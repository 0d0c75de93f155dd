# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 2: a SYN-ACK is taken for an ACK
# file: core/judge.h
s/^\tif (s->flags & TH_SYN)$/\tif ((s->flags \& TH_SYN) \&\& !((s->flags \& TH_ACK) \&\& is_synchronized(f->state[x ^ 1])))/
