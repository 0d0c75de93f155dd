/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef TCPSTATE_USER_BASE_VERSION_H
#define TCPSTATE_USER_BASE_VERSION_H

#define VERSION "0.6.0"

#endif
