# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 11: an RST is picked up as a connection
# file: core/open.h
s/return !(s->flags & TH_RST) && has_legal_flags(s)/return has_legal_flags(s)/
