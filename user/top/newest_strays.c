// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "top/newest_strays.h"

#include <string.h>

void log_add(struct top_log *log, const struct top_stray *stray)
{
	size_t at = 0;

	while (at < log->count && log->list[at].time > stray->time)
		at++;
	if (at == TOP_LOG_SIZE)
		return;
	if (log->count < TOP_LOG_SIZE)
		log->count++;
	memmove(&log->list[at + 1], &log->list[at], (log->count - 1 - at) * sizeof(*stray));
	log->list[at] = *stray;
}
