# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: the FIN before it denies what overtook it
# file: core/doubt.h
s/ && !is_overtaken_by(c, s, now) &&/ \&\&/
