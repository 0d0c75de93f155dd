/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What systemd is told of the daemon (sd_notify); nothing happens where nobody asks for it. */
#ifndef TCPSTATE_USER_DAEMON_SYSTEMD_H
#define TCPSTATE_USER_DAEMON_SYSTEMD_H

/* Attached, and answering: whoever waits for the unit may go on. Also the end of a reload. */
void service_ready(const char *status);

/* One line, as systemctl status shows it. */
void service_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* SIGHUP is being worked on, until service_ready. */
void service_reloading(void);

void service_stopping(void);

/*
 * The watchdog: call it each second from the loop that all depends on. It tells
 * systemd as often as WatchdogSec= asks for, which may be 3 s or more.
 */
void service_alive(void);

#endif
