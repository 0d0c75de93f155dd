# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 19: TIME_WAIT counts from the newest segment
# file: core/expiry.h
s/since = waits_since(f, h);/since = f->last_seen;/
