# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: no reuse is unsafe
# file: late/time_wait.h
s/return REUSE_UNSAFE;/return REUSE_TIMESTAMP;/
