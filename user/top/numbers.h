/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Numbers and ends as top writes them. */
#ifndef TCPSTATE_USER_TOP_NUMBERS_H
#define TCPSTATE_USER_TOP_NUMBERS_H

#include "flow/address.h"
#include "findings/groups.h"

#define NUMBER_TEXT 24
#define PAIR_TEXT (2 * NUMBER_TEXT)

/* At most 5 characters: 0, 0.4, 9999, 12K, 1.2M. known false: "-" */
const char *number_text(char text[NUMBER_TEXT], double value, bool known);

/* The same with its sign: +12, -0.4; nothing for 0. */
const char *change_text(char text[NUMBER_TEXT], double value, bool known);

/* initiator/responder */
const char *pair_text(char text[PAIR_TEXT], double initiator, double responder, bool known);

/* 10.0.0.1:80; without the port, where it is 0. */
const char *group_end_text(char text[ENDPOINT_TEXT], const struct group_key *key, unsigned int end);

#endif
