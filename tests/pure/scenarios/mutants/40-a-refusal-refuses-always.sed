# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 40: behind a SYN-ACK an RST refuses, too
# file: core/judge.h
s/if ((f->past\[y\].traits & END_ASKS_AGAIN) && /if (/
