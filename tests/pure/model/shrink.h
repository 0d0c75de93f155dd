/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Takes from a failing schedule all that it fails without. */
#ifndef TCPSTATE_MODEL_SHRINK_H
#define TCPSTATE_MODEL_SHRINK_H

#include "judge.h"

/* It still has the same fault afterwards. */
void shrink(struct schedule *s);

#endif
