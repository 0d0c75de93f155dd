# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: any window refuses what lay beyond
# file: core/doubt.h
s/seq_before(s->ack + ((__u32)s->window << wscale_of(f, x)), claim_end(c));/1;/
