# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 4: a FIN takes no sequence number
# file: core/seq.h
s/ + !!(s->flags & TH_FIN)//
