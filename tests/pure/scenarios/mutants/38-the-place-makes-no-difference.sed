# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 38: at one place, too, a packet is seen twice
# file: core/copies.h
s/usual \&\& place != usual \&\& /usual \&\& /
