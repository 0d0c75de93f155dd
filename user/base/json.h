/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Words, numbers and what is not known, as JSON has them. */
#ifndef TCPSTATE_USER_BASE_JSON_H
#define TCPSTATE_USER_BASE_JSON_H

#include <stdbool.h>

#include <linux/types.h>

#include "base/out.h"

/* A string that is known while compiling. */
#define LITERAL(out, text) out_bytes(out, text, sizeof(text) - 1)

/* A word of ours, in quotes: nothing in it needs to be escaped. */
void out_word(struct out *out, const char *word);
void out_bool(struct out *out, bool value);

/* key is written as it is: ,"packets": */
void number_or_null(struct out *out, const char *key, __u64 value, bool known);
void bool_or_null(struct out *out, const char *key, bool value, bool known);

#endif
