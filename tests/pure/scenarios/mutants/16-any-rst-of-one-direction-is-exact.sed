# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 16: an RST of one direction alone is always exact
# file: core/judge.h
s/if (!knows_window && (f->traits & FLOW_MIDSTREAM) && !(s->flags & TH_ACK)/if (0 \&\& !(s->flags \& TH_ACK)/
