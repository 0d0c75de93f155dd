# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: a responder of which no SYN-ACK was seen does not scale
# file: core/exchange.h
s/if (is_fact(out, FACT_WAS_LISTENING) || (is_fact(out, FACT_WAS_OPENING)/if ((is_fact(out, FACT_WAS_OPENING)/
