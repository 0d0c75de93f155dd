# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: an ACK beyond the window is in doubt, too
# file: judge.h
s/!has_acked(f, x) || seq_after(s->ack, me->edge))/!has_acked(f, x))/
