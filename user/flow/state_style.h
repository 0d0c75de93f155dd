/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef TCPSTATE_USER_FLOW_STATE_STYLE_H
#define TCPSTATE_USER_FLOW_STATE_STYLE_H

/* How a state looks: opening yellow, established green, closing magenta, TIME_WAIT cyan. */
const char *state_style(unsigned int state);

#endif
