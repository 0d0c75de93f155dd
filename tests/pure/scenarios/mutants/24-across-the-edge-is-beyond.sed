# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: data that ends beyond the window is beyond it
# file: core/judge.h
s/return s->len ? !seq_before(s->seq, edge) && seq_after(segment_end(s), edge) :/return s->len ? seq_after(segment_end(s), edge) :/
