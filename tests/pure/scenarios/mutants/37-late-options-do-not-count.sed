# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: what a late SYN says does not count
# file: core/step.h
/^static __always_inline enum cause step_syn_late/,/^}/s/^\tnote_syn_options(f, x, s);//
