# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: of one direction alone, all that is sent moves TS.Recent
# file: core/numbers.h
s/has_acked(f, x ^ 1) ? f->end\[x ^ 1\].acked : expected(f, x)))/has_acked(f, x ^ 1) ? f->end[x ^ 1].acked : s->seq))/
