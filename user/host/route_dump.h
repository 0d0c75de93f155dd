/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* All that the kernel knows of one kind, by rtnetlink. */
#ifndef TCPSTATE_USER_HOST_ROUTE_DUMP_H
#define TCPSTATE_USER_HOST_ROUTE_DUMP_H

#include <stddef.h>

#include <libmnl/libmnl.h>

/*
 * visit is called with each message, until it says MNL_CB_STOP. type: of the request, such as RTM_GETLINK; its header
 * of header_size bytes is sent as zeros: of all families. 0 or negative errno; -ENOMEM also where visit failed.
 */
int route_dump(unsigned short type, size_t header_size, mnl_cb_t visit, void *arg);
/* The same, with a header that says which part of it is wanted. */
int route_dump_of(unsigned short type, const void *header, size_t header_size, mnl_cb_t visit, void *arg);

#endif
