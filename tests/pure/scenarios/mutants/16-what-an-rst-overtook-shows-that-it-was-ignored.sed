# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rules 16, 37: what was sent before the RST shows that it was ignored
# file: core/judge.h
s/ (seq_after(s->ack, f->end\[y\].next) || !may_precede_rst(f, h, x, now));/ true;/
