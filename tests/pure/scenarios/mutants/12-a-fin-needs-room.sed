# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 12: a bare FIN is beyond a window that is shut
# file: core/judge.h
/^static __always_inline bool is_beyond_window(/,/^}/s/ : seq_after(s->seq, edge);/ : seq_after(segment_end(s), edge);/
