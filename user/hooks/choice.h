/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What is asked of the hooks: which interfaces, which directions, and by which mechanism. */
#ifndef TCPSTATE_USER_HOOKS_CHOICE_H
#define TCPSTATE_USER_HOOKS_CHOICE_H

#define MAX_INTERFACES 64

enum rx_hook { RX_HOOK_XDP, RX_HOOK_XDP_NATIVE, RX_HOOK_XDP_GENERIC, RX_HOOK_TC };
enum tx_hook { TX_HOOK_AUTO, TX_HOOK_TCX, TX_HOOK_CLSACT };
enum direction { DIRECTION_BOTH, DIRECTION_RX, DIRECTION_TX };

struct hook_choice {
	char *interfaces[MAX_INTERFACES];
	int interface_count;                /* 0: a capture */
	enum rx_hook rx_hook;
	enum tx_hook tx_hook;
	enum direction direction;
};

#endif
