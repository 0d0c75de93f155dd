# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: the RST that answers what came after the close is one itself
# file: late/stray.h
s/(s->flags & TH_RST) && rsts_owed(h, x) ? STRAY_NONE/false ? STRAY_NONE/
