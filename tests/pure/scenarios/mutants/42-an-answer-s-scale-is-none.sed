# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: a responder of which no SYN-ACK was seen does not scale
# file: core/exchange.h
s/if (was_listening || (was_opening/if ((was_opening/
