# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 23: a FIN that comes again is late, though bytes before it were never acknowledged
# file: late/stray.h
s/ || (s->len && !is_acknowledged(f, x, s)) ? STRAY_NONE/ ? STRAY_NONE/
