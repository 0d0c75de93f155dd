# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 40: a SYN that comes again says nothing
# file: core/step.h
s/f->past\[x\].traits |= END_ASKS_AGAIN;/;/
