# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: what was claimed out there is told again and again
# file: core/apply.h
s/&& note_far(f, h, x, s, now))/\&\& note_far(f, h, x, s, now) \&\& 0)/
