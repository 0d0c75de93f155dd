/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Times are in nanoseconds unless their name says otherwise. */
#ifndef TCPSTATE_UNITS_H
#define TCPSTATE_UNITS_H

#define NS_PER_SECOND 1000000000ull
#define NS_PER_MS 1000000ull
#define NS_PER_US 1000ull

#endif
