/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A capture, packet by packet: pcap through libpcap, pcapng through pcapng.c,
 * from a file or from a pipe that is still being written.
 */
#ifndef TCPSTATE_USER_REPLAY_CAPTURE_H
#define TCPSTATE_USER_REPLAY_CAPTURE_H

#include <linux/types.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>

#include "replay/capture_packet.h"

struct pcap;
struct pcapng;

#define CAPTURE_ERROR 512

struct capture {
	const char *name;          /* for messages */
	int fd;
	bool is_regular;           /* has a size, and never keeps us waiting */
	bool at_end;               /* nothing more can be read */
	__u64 size;                /* bytes; 0: not known */
	__u64 start;               /* of a regular file: where it was when we got it */
	__u64 read;                /* bytes so far */
	__u64 packets;             /* so far */
	__u8 head[4];              /* what the format is known by, read before the rest */
	__u32 head_left;
	FILE *file;
	char *buffer;
	struct pcap *pcap;         /* one of these two */
	struct pcapng *pcapng;
	char error[CAPTURE_ERROR]; /* what is wrong with it, as a sentence without its name */

	/*
	 * Called where nothing has come to be read for patience_ms. False: nothing
	 * more is wanted. May be NULL.
	 */
	bool (*idle)(void *arg);
	void *idle_arg;
	int patience_ms;
	/* Set by a signal: read no more than what is there already. May be NULL. */
	const volatile sig_atomic_t *stop;
};

/* path "-" is the standard input. 0 or a reported error. */
int capture_open(struct capture *capture, const char *path);
/* The same capture from its beginning, beside the one that is being read: of a regular file only. 0 or a reported error. */
int capture_open_again(struct capture *again, const struct capture *capture);
void capture_close(struct capture *capture);

/* 1; 0 at the end; or negative errno, and capture->error says why. */
int capture_next(struct capture *capture, struct capture_packet *packet);

#endif
