# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an inferred FIN stays, whatever is acknowledged beyond it
# file: core/missed_fin.h
s/s->seq == f->end\[x\].next \&\& seq_after(s->ack, theirs->fin + 1) \&\&/0 \&\&/
