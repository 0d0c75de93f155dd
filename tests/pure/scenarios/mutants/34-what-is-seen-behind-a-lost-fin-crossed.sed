# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 34: a FIN that was lost had crossed the other, though that had to come again
# file: core/exchange.h
s/bool answered = !both_missed/bool answered = 0/
