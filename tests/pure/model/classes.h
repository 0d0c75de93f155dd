/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Failures, counted by their kind, with the first of each to be shown. */
#ifndef TCPSTATE_MODEL_CLASSES_H
#define TCPSTATE_MODEL_CLASSES_H

#include "judge.h"

void classes_add(const struct schedule *s, const struct verdict *v, __u64 seed);

/* The commonest kinds, most of them first, each with one schedule, shrunk. word: what stands before each. */
void classes_print(FILE *to, const char *word, unsigned int most);

#endif
