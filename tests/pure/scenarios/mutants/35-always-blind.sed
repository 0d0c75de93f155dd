# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: the blindness never ends
# file: core/apply.h
s/f->last_seen < blind_since/blind_since != 0/
