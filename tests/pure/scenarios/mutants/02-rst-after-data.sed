# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 2: the RST bit of a segment with data is not looked at
# file: core/judge.h
s/^\tif (s->flags & TH_RST)$/\tif ((s->flags \& TH_RST) \&\& !(s->flags \& TH_PSH))/
