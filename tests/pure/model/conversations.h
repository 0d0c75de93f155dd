/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The basic conversations: every way to open, chat, half-close, close, reset, refuse and begin again. */
#ifndef TCPSTATE_MODEL_CONVERSATIONS_H
#define TCPSTATE_MODEL_CONVERSATIONS_H

#include "schedule.h"

/* With and without timestamps; seen between the ends, and at either. */
#define MANNERS 6

unsigned int conversation_count(void);

/* manner: 0 to MANNERS - 1. */
void conversation(struct schedule *s, unsigned int number, unsigned int manner);

#endif
