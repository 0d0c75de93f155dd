// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * generate PACKETS [SEED]: a pcap on the standard output, of connections that
 * open, talk, and close in the usual ways, many at a time, over Ethernet and
 * IPv4 or IPv6, with right checksums. The same numbers give the same bytes.
 */
#include <arpa/inet.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIVE 2000             /* connections at a time */
#define MSS 1448
#define SPACING_NS 2000000ull /* between two packets, at most: a million take about a quarter of an hour */

enum flag { FIN = 1, SYN = 2, RST = 4, ACK = 16 };

enum stage { OPENING, ANSWERED, TALKING, CLOSING, HALF_CLOSED, CLOSED, LAST, STAGES };

struct connection {
	uint32_t number;      /* makes its addresses and ports */
	enum stage stage;
	bool ipv6;
	bool resets;          /* instead of closing */
	uint32_t next[2];     /* sequence numbers of client and server */
	unsigned int left;    /* data segments to come */
};

static uint64_t state;
static uint64_t now = 1700000000ull * 1000000000;

/* xorshift64*: Vigna, 2016 */
static uint32_t draw(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545f4914f6cdd1dull >> 32;
}

/* ---- frames --------------------------------------------------------------- */

struct segment {
	uint16_t source, destination;
	uint32_t seq, ack;
	uint8_t offset, flags;
	uint16_t window, checksum, urgent;
} __attribute__((packed));

struct packet_header {
	uint32_t seconds, ns, captured, length;
};

static uint8_t frame[2048];

static uint32_t sum(const void *data, size_t size, uint32_t total)
{
	const uint8_t *p = data;

	for (size_t i = 0; i + 1 < size; i += 2)
		total += p[i] << 8 | p[i + 1];
	return total;
}

static uint16_t fold(uint32_t total)
{
	total = (total >> 16) + (total & 0xffff);
	total = (total >> 16) + (total & 0xffff);
	return htons(~total);
}

static void address(const struct connection *c, int end, uint8_t *to)
{
	const uint8_t client[4] = { 10, 1, c->number >> 8, c->number };
	const uint8_t server[4] = { 10, 2, 0, c->number % 16 };

	if (c->ipv6) {
		memset(to, 0, 16);
		to[0] = 0xfd;
		memcpy(to + 12, end ? server : client, 4);
	} else {
		memcpy(to, end ? server : client, 4);
	}
}

/* The IP header at p; returns what it adds to the TCP checksum. */
static uint32_t put_ip(const struct connection *c, int from, uint8_t *p, uint16_t length)
{
	size_t size = c->ipv6 ? 16 : 4, at = c->ipv6 ? 8 : 12;

	memset(p, 0, c->ipv6 ? 40 : 20);
	if (c->ipv6) {
		p[0] = 0x60;
		p[4] = length >> 8;
		p[5] = length;
		p[6] = 6;
		p[7] = 64;
	} else {
		p[0] = 0x45;
		p[2] = (length + 20) >> 8;
		p[3] = length + 20;
		p[8] = 64;
		p[9] = 6;
	}
	address(c, from, p + at);
	address(c, !from, p + at + size);
	if (!c->ipv6) {
		uint16_t check = fold(sum(p, 20, 0));

		memcpy(p + 10, &check, sizeof(check));
	}
	return sum(p + at, 2 * size, 6 + length);
}

/* Payload is zeros: it adds nothing to the sum. */
static void send_segment(struct connection *c, int from, uint8_t flags, uint16_t payload)
{
	uint16_t ports[2] = { 20000 + c->number % 40000, 443 };
	size_t ip_size = c->ipv6 ? 40 : 20, size = 14 + ip_size + 20 + payload;
	struct segment tcp = {
		.source = htons(ports[from]), .destination = htons(ports[!from]), .seq = htonl(c->next[from]),
		.ack = flags & ACK ? htonl(c->next[!from]) : 0, .offset = 0x50, .flags = flags,
		.window = htons(65535),
	};
	struct packet_header header;

	memset(frame, 0, size);
	frame[5] = from;
	frame[11] = !from;
	frame[12] = c->ipv6 ? 0x86 : 0x08;
	frame[13] = c->ipv6 ? 0xdd : 0x00;
	tcp.checksum = fold(sum(&tcp, sizeof(tcp), put_ip(c, from, frame + 14, 20 + payload)));
	memcpy(frame + 14 + ip_size, &tcp, sizeof(tcp));
	now += draw() % SPACING_NS;
	header = (struct packet_header){ now / 1000000000, now % 1000000000, size, size };
	fwrite(&header, sizeof(header), 1, stdout);
	fwrite(frame, size, 1, stdout);
	c->next[from] += payload + !!(flags & SYN) + !!(flags & FIN);
}

/* ---- connections ----------------------------------------------------------- */

static void begin(struct connection *c, uint32_t number)
{
	*c = (struct connection){
		.number = number, .ipv6 = number % 4 == 3, .resets = draw() % 16 == 0,
		.next = { draw(), draw() }, .left = draw() % 24,
	};
}

/* Its next segment. */
static void go_on(struct connection *c)
{
	int closer = c->number & 1;

	switch (c->stage) {
	case OPENING:
		send_segment(c, 0, SYN, 0);
		break;
	case ANSWERED:
		send_segment(c, 1, SYN | ACK, 0);
		break;
	case TALKING:
		if (c->left) {
			int from = draw() % 3 != 0; /* servers talk more */

			send_segment(c, from, ACK, draw() % 2 ? 0 : draw() % MSS);
			c->left--;
			return;
		}
		send_segment(c, 0, ACK, 0);
		break;
	case CLOSING:
		send_segment(c, closer, c->resets ? RST | ACK : FIN | ACK, 0);
		if (c->resets)
			c->stage = LAST;
		break;
	case HALF_CLOSED:
		send_segment(c, !closer, FIN | ACK, 0);
		break;
	case CLOSED:
		send_segment(c, closer, ACK, 0);
		break;
	default:
		break;
	}
	c->stage++;
}

int main(int argc, char **argv)
{
	static struct connection live[LIVE];
	static const uint32_t file_header[6] = { 0xa1b23c4d, 2 | 4 << 16, 0, 0, 65535, 1 };
	unsigned long packets = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	uint32_t number = 0;

	if (!packets) {
		fprintf(stderr, "usage: generate PACKETS [SEED] > FILE.pcap\n");
		return 2;
	}
	state = argc > 2 ? strtoul(argv[2], NULL, 10) | 1 : 1;
	fwrite(file_header, sizeof(file_header), 1, stdout);
	for (int i = 0; i < LIVE; i++)
		begin(&live[i], number++);
	for (unsigned long i = 0; i < packets; i++) {
		struct connection *c = &live[draw() % LIVE];

		go_on(c);
		if (c->stage >= LAST)
			begin(c, number++);
	}
	return fclose(stdout) ? 1 : 0;
}
