# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 42: the scale of a missed SYN is 0
# file: core/step.h
s/s->traits & SEG_WSCALE ? WSCALE_UNKNOWN : 0);/0);/
