/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng). libpcap reads only
 * files whose interfaces have all one link type and one snapshot length; those
 * that Wireshark writes of several interfaces are not so.
 */
#ifndef TCPSTATE_USER_REPLAY_PCAPNG_H
#define TCPSTATE_USER_REPLAY_PCAPNG_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct capture_packet;
struct pcapng;

/* The first four bytes of a file tell. */
bool is_pcapng(const __u8 head[4]);

/* Reads on in file, which remains the caller's. NULL: out of memory. */
struct pcapng *pcapng_new(FILE *file);
void pcapng_free(struct pcapng *reader);

/* 1; 0 at the end; or negative errno, and error says why. */
int pcapng_next(struct pcapng *reader, struct capture_packet *packet, char *error, size_t size);

#endif
