# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: met in its middle, the scale is 0
# file: core/open.h
s/f->wscale = WSCALE_UNKNOWN | WSCALE_UNKNOWN << 4;//
