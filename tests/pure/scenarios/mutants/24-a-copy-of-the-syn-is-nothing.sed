# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 24: a copy of the SYN is no stray
# file: late/stray.h
s/s->seq == f->past\[x\].isn ? STRAY_LATE_SYN :/0 ? STRAY_LATE_SYN :/
