# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 22: what made it safe is not looked at
# file: late/time_wait.h
s/if (seq_after(isn, f->end\[opener\].next))/if (1)/
