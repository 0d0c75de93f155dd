# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 9: mid-stream, no scale is assumed
# file: core/numbers.h
s/#define WSCALE_UNKNOWN 14/#define WSCALE_UNKNOWN 0/
