# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: after the close, one RST answers all that was sent
# file: late/stray.h
s/h->owes_rst += (rsts_owed(h, x ^ 1) + 1 < 1 << RSTS_OWED_BITS)/h->owes_rst += !rsts_owed(h, x ^ 1)/
