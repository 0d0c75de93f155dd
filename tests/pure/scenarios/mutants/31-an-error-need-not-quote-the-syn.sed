# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 31: the number that an error quotes is not looked at
# file: core/step.h
s/if (f->state\[x\] != STATE_SYN_SENT || f->past\[x\].isn != seq)/if (f->state[x] != STATE_SYN_SENT)/
