# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 28: a clock that goes backwards is not counted
# file: late/reuse.h
s/__sync_fetch_and_add(&pair->backwards, 1);/;/
