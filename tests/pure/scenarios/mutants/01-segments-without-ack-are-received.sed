# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 1: an ACK bit is not asked for
# file: core/known.h
s/^\treturn flags & (TH_ACK | TH_SYN | TH_RST);/\treturn true;/
