# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 36: a number below the ISN is of the life before, however much has passed
# file: late/stray.h
s/!is_of_this_life(f, h, x, s->seq);/true;/
