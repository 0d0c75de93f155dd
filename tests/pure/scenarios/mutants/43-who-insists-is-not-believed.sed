# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# Rule 43: a FIN again and again is not told
# file: core/step.h
s/ || f->past\[x\].fins > 1//
