# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 41: a FIN that nobody acknowledges is not marked
# file: core/exchange.h
s/mine->traits |= END_FIN_UNHEARD;/;/
