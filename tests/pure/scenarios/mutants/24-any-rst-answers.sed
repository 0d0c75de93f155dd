# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: after the close any RST is an answer
# file: late/stray.h
s/(s->flags & TH_RST) && rsts_owed(h, x) ? STRAY_NONE/(s->flags \& TH_RST) ? STRAY_NONE/
