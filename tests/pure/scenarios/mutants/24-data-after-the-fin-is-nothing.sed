# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: data after the FIN is no stray
# file: late/stray.h
s/return STRAY_DATA_AFTER_FIN;/return STRAY_NONE;/
