// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tests/pure/truth/capture.h"

#define PCAP_DONT_INCLUDE_PCAP_BPF_H /* it has the names of linux/bpf.h */
#include <pcap/pcap.h>
#include <pcap/dlt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/parse/walk.h"
#include "tcpstate/core/judge.h"

/* ---- the file ----------------------------------------------------------- */

/* The protocol that a capture's frames begin with; 0: the first byte says it; -1: not one of ours. */
static int first_header(int link_type)
{
	switch (link_type) {
	case DLT_EN10MB:
		return NEXT_ETHERNET;
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
		return 0;
	}
	return -1;
}

static bool parse_captured(const struct pcap_pkthdr *header, const __u8 *bytes, __u32 first, struct packet *p)
{
	struct frame f = { bytes, bytes + header->caplen };
	struct walk w = {
		.next = first,
		.frame_len = header->len,
		.limit = header->len,
		.zone_mode = ZONE_VLAN,
		.decap = 0xff,
		.verify_checksum = 1, .captured = 1,
	};

	if (!first && header->caplen)
		w.next = bytes[0] >> 4 == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
	*p = (struct packet){};
	return walk_frame(f, &w, p) == 0;
}

static struct captured *next_frame(struct capture *c)
{
	const size_t n = c->count;

	/* It doubles whenever it is full, at 0 and at powers of two. */
	if ((n & (n - 1)) == 0) {
		c->frame = realloc(c->frame, (n ? 2 * n : 1) * sizeof(*c->frame));
		if (!c->frame) {
			perror("a capture's frames");
			exit(1);
		}
	}
	return &c->frame[c->count++];
}

int capture_read(const char *path, struct capture *c)
{
	char why[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const __u8 *bytes;
	pcap_t *file;
	int first, err;

	*c = (struct capture){};
	file = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, why);
	if (!file) {
		fprintf(stderr, "%s\n", why);
		return -1;
	}
	first = first_header(pcap_datalink(file));
	if (first < 0) {
		fprintf(stderr, "%s: link type %d is neither Ethernet nor raw IP\n", path, pcap_datalink(file));
		pcap_close(file);
		return -1;
	}
	while ((err = pcap_next_ex(file, &header, &bytes)) == 1) {
		struct captured *f = next_frame(c);

		f->number = c->count;
		f->time = header->ts.tv_sec * SECOND + header->ts.tv_usec;
		f->parsed = parse_captured(header, bytes, first, &f->packet);
	}
	if (err == PCAP_ERROR)
		fprintf(stderr, "%s: %s\n", path, pcap_geterr(file));
	pcap_close(file);
	return err == PCAP_ERROR ? -1 : 0;
}

void capture_free(struct capture *c)
{
	free(c->frame);
	*c = (struct capture){};
}

/* ---- words -------------------------------------------------------------- */

static const char *const state_names[STATE_SLOTS] = {
#define X(name, number, label) [number] = #name,
	TCP_STATES(X)
#undef X
};

#define NAME(judgment) [JUDGE_##judgment] = #judgment
static const char *const judgment_names[] = {
	NAME(ACCEPT), NAME(SYN_AGAIN), NAME(SYN_RESTART), NAME(SYN_CROSSED), NAME(SYN_ACK),
	NAME(SYN_ACK_AGAIN), NAME(RST), NAME(REFUSED), NAME(OPEN), NAME(OPEN_SYN_ACK),
	NAME(OPEN_MIDSTREAM), NAME(SYN_LATE), NAME(HELD), NAME(UNIGNORED), NAME(RST_ANSWER), NAME(BAD_FLAGS), NAME(BAD_CHECKSUM),
	NAME(CHALLENGE_SYN), NAME(SYN_ACK_WRONG), NAME(RST_INEXACT), NAME(RST_INVALID), NAME(OLD),
	NAME(OUT_OF_WINDOW), NAME(ACK_UNSENT), NAME(ACK_OLD), NAME(PAWS), NAME(DATA_AFTER_FIN),
	NAME(LATE),
};
#undef NAME

const char *state_name(unsigned int state)
{
	return state < STATE_SLOTS && state_names[state] ? state_names[state] : "-";
}

const char *judgment_name(unsigned int judgment)
{
	static char number[16];

	if (judgment < sizeof(judgment_names) / sizeof(*judgment_names) && judgment_names[judgment])
		return judgment_names[judgment];
	snprintf(number, sizeof(number), "%u", judgment);
	return number;
}

const char *flag_text(__u8 flags)
{
	static const char letters[] = "FSRP.UEW";
	static char text[9];
	int n = 0;

	for (int bit = 0; bit < 8; bit++)
		if (flags & 1 << bit)
			text[n++] = letters[bit];
	text[n] = 0;
	return n ? text : "none";
}
