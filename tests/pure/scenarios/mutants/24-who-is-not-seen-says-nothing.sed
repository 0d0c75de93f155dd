# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: what answers an end that is never seen is late
# file: late/stray.h
/Who is never heard may have said/,+2s/return STRAY_NONE;/;/
