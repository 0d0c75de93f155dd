# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what was believed of an end stays, whatever that says
# file: core/doubt.h
s/return (h->believed & 1 << x) && s->seq == h->before/return false \&\& s->seq == h->before/
