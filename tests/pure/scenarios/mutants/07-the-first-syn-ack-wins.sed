# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 7: a SYN-ACK with another number is not kept
# file: core/step.h
/^static __always_inline enum cause step_syn_ack/,/^}/s/^\tnote_syn(f, h, x, s);/\tif (repeated \&\& f->past[x].isn != s->seq)\n\t\treturn CAUSE_NONE;\n&/
