# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 37: what came late stays inferred
# file: core/step.h
/^static __always_inline enum cause step_syn_late/,/^}/s/f->traits &= ~(FLOW_INFERRED | FLOW_MISSED_OPENING);//
