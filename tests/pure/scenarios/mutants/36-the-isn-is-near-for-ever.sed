# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 36: the ISN is near for ever
# file: core/numbers.h
s/f->past\[x\].traits |= END_LONG;/;/
