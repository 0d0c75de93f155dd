# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 11: ports are not looked at
# file: core/open.h
s/return p0 < 1024;/return sender;/
s/return p0 < 32768;/return sender;/
