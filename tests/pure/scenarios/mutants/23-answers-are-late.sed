# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 23: what the waiting end sends is late
# file: late/stray.h
s/^\tif (f->state\[x ^ 1\] == STATE_TIME_WAIT)$/\tif (f->state[0] == STATE_TIME_WAIT || f->state[1] == STATE_TIME_WAIT)/
s/if (f->state\[x\] == STATE_TIME_WAIT \&\& s->seq == f->end\[x\].next \&\& !seq_before(s->ack, f->end\[x\].acked) \&\&/if (0 \&\&/
