/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What keys do. */
#ifndef TCPSTATE_USER_TOP_KEYS_H
#define TCPSTATE_USER_TOP_KEYS_H

struct top_ui;

/* key: as in curses.h. 0 or -ENOMEM. */
int top_key(struct top_ui *ui, int key);

#endif
