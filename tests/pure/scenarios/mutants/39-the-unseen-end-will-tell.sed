# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 39: of one direction alone, the other end tells of a new life
# file: core/doubt.h
s/^	       !(f->past\[end_index(x ^ 1)\].traits & END_HEARD);/	       false;/
