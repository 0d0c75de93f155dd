# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: an RST behind a hole is never exact
# file: core/judge.h
s/s->seq == f->end\[x\].next && s->seq != f->past\[x\].hole_end)/0)/
