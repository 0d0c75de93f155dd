# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an inferred FIN is not marked
# file: core/exchange.h
s/f->past\[y\].traits |= END_FIN_INFERRED;//
