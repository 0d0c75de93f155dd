# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: one number beyond all data is no FIN
# file: core/missed_fin.h
/^static __always_inline bool shows_missed_fin/,/^}/s/return (s->flags & (TH_FIN | TH_RST)) || has_seen_fin(f, x);/return false;/
