# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: the SYN's window is all there is until another is told
# file: core/plausible.h
s/return (f->past\[y\].traits & END_SYN) && (f->past\[x\].traits & (END_SYN | END_LONG)) == END_SYN &&/return 0 \&\&/
