/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Numbers with units, as people write them: 500ms, 1h30m, 1.5M, 64Ki. */
#ifndef TCPSTATE_USER_FLOW_FILTER_UNITS_H
#define TCPSTATE_USER_FLOW_FILTER_UNITS_H

#include <linux/types.h>
#include <stddef.h>

/* What is wrong with it, for the end of a sentence that begins with the text; NULL: nothing. */

/* Into ns. A unit is needed, but for 0: ns us ms s m (or min) h d. Several add up. */
const char *duration_read(const char *text, size_t len, __u64 *ns);

/* A whole number: k M G T are powers of 1000, Ki Mi Gi Ti of 1024; a B may follow. */
const char *count_read(const char *text, size_t len, __u64 *count);

#endif
