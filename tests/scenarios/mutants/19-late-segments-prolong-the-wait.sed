# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 19: TIME_WAIT counts from the newest segment
# file: expiry.h
s/since = is_waiting(f) || both_closed(f) ? f->changed : f->last_seen;/since = f->last_seen;/
