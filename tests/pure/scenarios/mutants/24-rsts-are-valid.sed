# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: an RST that is not valid is no stray
# file: late/stray.h
s/return STRAY_RST_INVALID;/return STRAY_NONE;/
