# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 45: a closed flow lingers from the newest segment
# file: core/expiry.h
s/since = f->changed;/since = f->last_seen + 60000000000ull;/
