# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 23: an RST in TIME_WAIT is a late ACK
# file: late/stray.h
s/STRAY_NONE : STRAY_LATE_RST/STRAY_NONE : STRAY_LATE_ACK/
