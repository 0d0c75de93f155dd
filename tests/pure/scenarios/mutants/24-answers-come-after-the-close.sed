# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: the RST that answers what came after the close is one itself
# file: late/stray.h
s/return (s->flags & TH_RST) && (h->owes_rst & 1 << x) ?/return 0 ?/
