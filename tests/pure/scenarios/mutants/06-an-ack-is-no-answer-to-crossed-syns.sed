# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 6: whose SYN has crossed may answer it by anything
# file: core/exchange.h
s/ || ((f->traits & FLOW_SIMULTANEOUS_OPEN) && !has_acked(f, x))//
