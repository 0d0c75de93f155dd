# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: an inferred FIN that is seen at last is the answer that it was taken for
# file: core/exchange.h
s/if (shows_unaware_fin(f, x, s))/if (0)/
