# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 23: data in TIME_WAIT is a late ACK
# file: stray.h
s/return STRAY_LATE_DATA;/return STRAY_LATE_ACK;/
