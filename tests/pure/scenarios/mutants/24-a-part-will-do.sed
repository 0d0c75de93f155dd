# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: what is acknowledged in part is acknowledged
# file: late/stray.h
/^static __always_inline bool is_acknowledged/,/^}/s/segment_end(s)/s->seq + 1/
