# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: the FIN behind its ACK is a stray
# file: late/stray.h
s/return (f->past\[x\].traits & END_FIN_INFERRED) || (s->len/return (s->len/
