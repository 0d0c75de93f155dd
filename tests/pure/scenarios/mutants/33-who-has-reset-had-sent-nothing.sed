# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 33: what was missed of an end that has answered by RST was never sent
# file: core/plausible.h
s/if (!is_synchronized(f->state\[y\]) && !(f->past\[y\].traits & END_RST_DOUBTFUL))/if (!is_synchronized(f->state[y]))/
