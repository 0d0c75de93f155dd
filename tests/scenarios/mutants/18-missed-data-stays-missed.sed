# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 18: an ACK for data never seen is never believed
# file: judge.h
s/bool again = (f->traits & FLOW_PENDING_ACK)/bool again = false/
