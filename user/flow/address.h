/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Addresses, prefixes, ports: as text, and from text. */
#ifndef TCPSTATE_USER_FLOW_ADDRESS_H
#define TCPSTATE_USER_FLOW_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "tcpstate/abi.h"

#define ADDRESS_TEXT 48  /* INET6_ADDRSTRLEN and a zero */
#define ENDPOINT_TEXT 56 /* [address]:port */

/* IPv4-mapped? */
bool address_is_v4(const __u8 address[16]);

/* IPv4's four bytes as a mapped address. */
void address_from_v4(__u8 address[16], const void *v4);

/* 127.0.0.0/8 or ::1? */
bool address_is_loopback(const __u8 address[16]);

/* The address at text, no zero at its end; returns the length. */
size_t address_text(char text[ADDRESS_TEXT], const __u8 address[16]);

/* 10.0.0.1:80 or [2001:db8::1]:80; returns the length. */
size_t endpoint_text(char text[ENDPOINT_TEXT], const struct flow_key *key, int end);

/* "vlan 5, vxlan 42": what else than addresses and ports tells the flow from others. Empty for most. */
#define CONTEXT_TEXT 80
size_t context_text(char text[CONTEXT_TEXT], const struct flow_key *key);

/* An IPv4 or IPv6 address of len bytes. False: it is none. */
bool address_parse(const char *text, size_t len, __u8 address[16]);

/* A/B or A alone; bits behind the prefix are cleared. IPv4 as ::ffff:0:0/96 + n. */
bool net_parse(const char *text, size_t len, struct track_net *net);

bool net_contains(const struct track_net *net, const __u8 address[16]);

/* N or N-M, 0..65535. */
bool ports_parse(const char *text, size_t len, __u16 *low, __u16 *high);

#endif
