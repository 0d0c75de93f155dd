# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 21: an RST that ends the wait is told as what closed the connection
# file: core/step.h
s/if (!is_over(state_pair_of(f))) {/if (1) {/
