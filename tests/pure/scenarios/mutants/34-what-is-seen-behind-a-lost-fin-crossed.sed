# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: a FIN that was lost had crossed the other, though that had to come again
# file: core/exchange.h
s/note_fact(out, FACT_ANSWERED, !is_fact/note_fact(out, FACT_ANSWERED, 0 \&\& !is_fact/
