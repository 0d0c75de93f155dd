# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: a little ahead is 4 GiB behind
# file: core/anew.h
s/return known - seq > limit && seq - known > limit;/return known - seq > limit;/
