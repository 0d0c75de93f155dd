# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 9: the scale is applied to a SYN-ACK's own window
# file: core/step.h
s/f->end\[x\].edge = s->ack + s->window;/f->end[x].edge = s->ack + ((__u32)s->window << wscale_of(f, x));/
