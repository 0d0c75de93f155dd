# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: the times need not be credible
# file: core/anew.h
/^static __always_inline bool has_credible_time/,/^}/s/s->tsval - f->end\[x\].tsval <= TIME_AHEAD_TICKS/true/
