// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "kernel/timeouts.h"

#include "tcpstate/units.h"

/* RFC 9293 and DESIGN: a half-close is legal for as long as it likes. */
static const __u32 default_timeout_s[STATE_SLOTS] = {
	[STATE_SYN_SENT] = 120,
	[STATE_SYN_RECEIVED] = 60,
	[STATE_ESTABLISHED] = 86400,
	[STATE_FIN_WAIT_1] = 120,
	[STATE_FIN_WAIT_2] = 86400,
	[STATE_CLOSE_WAIT] = 86400,
	[STATE_CLOSING] = 120,
	[STATE_LAST_ACK] = 120,
	[STATE_LISTEN] = 120, /* a responder that has not answered: as long as its SYN_SENT peer */
};

__u64 kernel_timeout(const struct kernel_choice *choice, unsigned int state)
{
	if (choice->timeout_ns[state])
		return choice->timeout_ns[state];
	if (state == STATE_TIME_WAIT || state == STATE_CLOSED)
		return 2 * choice->msl_ns;
	return default_timeout_s[state] * NS_PER_SECOND;
}
