# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 19: the wait is half as long
# file: core/expiry.h
s/__u64 timeout = set->timeout_ns\[state\];/__u64 timeout = set->timeout_ns[state] >> (state == STATE_TIME_WAIT);/
