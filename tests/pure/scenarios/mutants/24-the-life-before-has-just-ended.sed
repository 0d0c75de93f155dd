# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: the age of what is left of the life before counts from this one
# file: late/stray.h
s/since = h->former_end;/since = f->start;/
