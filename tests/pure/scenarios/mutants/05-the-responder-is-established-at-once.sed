# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 5: a SYN-ACK establishes the responder
# file: core/transition.h
s/WHEN(SENT_SYN_ACK, LISTEN, SYN_RECEIVED)/WHEN(SENT_SYN_ACK, LISTEN, ESTABLISHED)/
