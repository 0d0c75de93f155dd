# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: the RST of an opener that got no SYN-ACK is invalid
# file: stray.h
s/return f->state\[x\] == STATE_SYN_SENT && theirs == STATE_LISTEN && !(s->flags & TH_ACK) ?/return 0 ?/
