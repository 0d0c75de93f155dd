# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 21: an RST that ends the wait is not told
# file: late/time_wait.h
s/} else if (left) {/} else if (0 \& left) {/
