# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 23: data in TIME_WAIT is a late ACK
# file: late/stray.h
s/? STRAY_LATE_DATA :/? STRAY_LATE_ACK :/
