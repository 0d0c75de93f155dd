# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: a FIN that was missed has never crossed with the other
# file: core/exchange.h
s/SENT_FIN_UNAWARE : SENT_FIN, now);/SENT_FIN : SENT_FIN, now);/
