# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 41: after one repeat it is taken back
# file: core/exchange.h
s/#define FINS_UNHEARD 3/#define FINS_UNHEARD 2/
