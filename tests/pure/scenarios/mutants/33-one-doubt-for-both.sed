# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: one end's doubt overwrites the other's
# file: core/doubt.h
s/&h->claim\[end_index(x)\]/\&h->claim[0]/
