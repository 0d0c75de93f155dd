# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 35: numbers taken anew are not marked
# file: core/anew.h
/^static __always_inline void take_anew/,/^}/s/f->traits |= FLOW_INFERRED;//
