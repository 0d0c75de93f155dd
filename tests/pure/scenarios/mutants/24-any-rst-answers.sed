# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: after the close any RST is an answer
# file: late/stray.h
s/return (s->flags & TH_RST) && (h->owes_rst & 1 << x) ?/return (s->flags \& TH_RST) ?/
