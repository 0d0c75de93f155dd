/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The names of TCP services (/etc/services, or whatever nsswitch.conf says), read once, by whoever asks first. */
#ifndef TCPSTATE_USER_FLOW_SERVICES_H
#define TCPSTATE_USER_FLOW_SERVICES_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* "https": 443. Also by an alias of it. False: there is no such service. */
bool service_port(const char *name, size_t len, __u16 *port);

/* 443: "https"; NULL: it has none. */
const char *service_name(__u16 port);

/* As ports_parse (flow/address.h), and a service's name, and with ss's colon before it. */
bool ports_or_service(const char *text, size_t len, __u16 *low, __u16 *high);

#endif
