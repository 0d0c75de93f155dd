# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 30: a SYN with a wrong checksum opens a flow
# file: core/open.h
s/ && !(s->traits & SEG_BAD_CHECKSUM);/;/
