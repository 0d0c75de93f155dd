# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 5: a SYN-ACK may acknowledge no data (TFO)
# file: core/known.h
s/seq_after(ack, f->past\[end\].isn) && !seq_after(ack, f->end\[end\].next)/ack == f->past[end].isn + 1/
