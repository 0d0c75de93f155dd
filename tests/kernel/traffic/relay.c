// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * relay: the path between two interfaces, as a program (netem is not on every
 * kernel). It passes every frame from one to the other, unchanged and in
 * order, but for what the rules say. Runs in the namespace of the interfaces.
 *
 * A --cross rule holds a frame until the other direction of its connection has
 * one that the rule chooses too, and then lets both go: whatever the
 * scheduling, each end has sent its own before it receives the other's. That
 * is a simultaneous close (for FINs) or open (for SYNs). It does so once for
 * each connection and rule.
 */
#include <errno.h>
#include <getopt.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "one_cpu.h"
#include "relay_rules.h"

#define CROSS_PATIENCE_NS 3000000000ull /* a frame that nothing crosses goes on after this */

/* Addresses and ports in the order of the frame: 2 x 16 bytes, 2 x 2. */
struct tuple {
	uint8_t address[2][16];
	uint16_t port[2];
};

struct frame {
	STAILQ_ENTRY(frame) next;
	uint64_t due;            /* CLOCK_MONOTONIC, ns */
	int from;                /* index of the interface */
	struct rule *rule;       /* that holds it (CROSS) */
	struct tuple tuple;      /* set for CROSS */
	size_t size;
	uint8_t data[];          /* virtio_net_hdr, then the frame */
};

STAILQ_HEAD(frames, frame);

/* Pairs that have crossed already: the rule is done with them. */
#define CROSSED_MAX 4096
static struct { struct rule *rule; struct tuple tuple; } crossed[CROSSED_MAX];
static unsigned long crossed_count;

static int sockets[2];
static struct frames queues[2];  /* by direction, ordered by due */
static struct frames held;
static uint64_t delay_ns;
static unsigned long unsent;
static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = 1;
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "relay: %s: %s\n", what, strerror(errno));
	exit(1);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

static int open_interface(const char *name)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(name),
	};
	int on = 1, room = 32 << 20, fd;

	if (!address.sll_ifindex)
		fail(name);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		fail("AF_PACKET");
	/* Checksums and segmentation that are left to the NIC stay so. */
	if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)))
		fail("PACKET_VNET_HDR");
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)))
		fail("PACKET_IGNORE_OUTGOING");
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		fail("SO_RCVBUFFORCE");
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		fail(name);
	return fd;
}

static void forward(const struct frame *frame)
{
	while (send(sockets[!frame->from], frame->data, frame->size, 0) < 0) {
		struct pollfd room = { .fd = sockets[!frame->from], .events = POLLOUT };

		/* An interface that is down loses it, as a cable would. */
		if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) {
			unsent++;
			return;
		}
		poll(&room, 1, 1);
	}
}

/* False where it is no TCP over IPv4 or IPv6 without extension headers. */
static bool read_tuple(const struct frame *frame, struct tuple *tuple)
{
	const uint8_t *packet = frame->data + sizeof(struct virtio_net_hdr);
	size_t size = frame->size - sizeof(struct virtio_net_hdr);
	size_t tcp;

	memset(tuple, 0, sizeof(*tuple));
	if (size < ETH_HLEN + 24)
		return false;
	if (packet[12] == 0x08 && packet[13] == 0x00 && packet[ETH_HLEN + 9] == IPPROTO_TCP) {
		memcpy(tuple->address[0], packet + ETH_HLEN + 12, 4);
		memcpy(tuple->address[1], packet + ETH_HLEN + 16, 4);
		tcp = ETH_HLEN + (packet[ETH_HLEN] & 15) * 4;
	} else if (packet[12] == 0x86 && packet[13] == 0xdd && packet[ETH_HLEN + 6] == IPPROTO_TCP) {
		tcp = ETH_HLEN + 40;
		if (size < tcp)
			return false;
		memcpy(tuple->address, packet + ETH_HLEN + 8, 32);
	} else {
		return false;
	}
	if (size < tcp + 4)
		return false;
	memcpy(tuple->port, packet + tcp, 4);
	return true;
}

static bool tuples_face(const struct tuple *a, const struct tuple *b)
{
	return !memcmp(a->address[0], b->address[1], 16) && a->port[0] == b->port[1] &&
	       !memcmp(a->address[1], b->address[0], 16) && a->port[1] == b->port[0];
}

static bool has_crossed(const struct rule *rule, const struct tuple *tuple)
{
	unsigned long known = crossed_count < CROSSED_MAX ? crossed_count : CROSSED_MAX;

	for (unsigned long i = 0; i < known; i++)
		if (crossed[i].rule == rule && (!memcmp(&crossed[i].tuple, tuple, sizeof(*tuple)) ||
						tuples_face(&crossed[i].tuple, tuple)))
			return true;
	return false;
}

/* The frame waits, or meets the one that waits and both go. */
static void cross(struct frame *frame)
{
	struct frame *other;

	STAILQ_FOREACH(other, &held, next) {
		if (other->rule != frame->rule)
			continue;
		if (tuples_face(&other->tuple, &frame->tuple))
			break;
		if (!memcmp(&other->tuple, &frame->tuple, sizeof(frame->tuple))) {
			free(frame); /* sent again: the first one waits already */
			return;
		}
	}
	if (!other) {
		frame->due = now_ns() + CROSS_PATIENCE_NS;
		STAILQ_INSERT_TAIL(&held, frame, next);
		return;
	}
	STAILQ_REMOVE(&held, other, frame, next);
	crossed[crossed_count % CROSSED_MAX].rule = frame->rule;
	crossed[crossed_count++ % CROSSED_MAX].tuple = frame->tuple;
	forward(other);
	forward(frame);
	free(other);
	free(frame);
}

static void pass(struct frame *frame)
{
	if (!delay_ns) {
		forward(frame);
		free(frame);
		return;
	}
	frame->due = now_ns() + delay_ns;
	STAILQ_INSERT_TAIL(&queues[frame->from], frame, next);
}

static struct frame *copy_of(const struct frame *frame)
{
	struct frame *copy = malloc(sizeof(*frame) + frame->size);

	if (!copy)
		fail("memory");
	memcpy(copy, frame, sizeof(*frame) + frame->size);
	return copy;
}

static void handle(struct frame *frame)
{
	struct rule *rule = rule_for(frame->data + sizeof(struct virtio_net_hdr),
				     frame->size - sizeof(struct virtio_net_hdr));

	if (!rule) {
		pass(frame);
		return;
	}
	if (rule->action == CROSS) {
		if (!read_tuple(frame, &frame->tuple) || has_crossed(rule, &frame->tuple)) {
			pass(frame);
			return;
		}
		frame->rule = rule;
		cross(frame);
		return;
	}
	rule->left--;
	if (rule->action == DROP) {
		free(frame);
		return;
	}
	pass(copy_of(frame));
	pass(frame);
}

static void receive(int from)
{
	static uint8_t buffer[FRAME_MAX];
	ssize_t size;

	while ((size = recv(sockets[from], buffer, sizeof(buffer), MSG_DONTWAIT)) > 0) {
		struct frame *frame = malloc(sizeof(*frame) + size);

		if (!frame)
			fail("memory");
		frame->from = from;
		frame->size = size;
		memcpy(frame->data, buffer, size);
		handle(frame);
	}
}

/* Sends what is due, and returns when the next will be (0: nothing waits). */
static uint64_t release(struct frames *queue)
{
	struct frame *frame;

	while ((frame = STAILQ_FIRST(queue))) {
		if (frame->due > now_ns())
			return frame->due;
		STAILQ_REMOVE_HEAD(queue, next);
		if (queue == &held)
			fprintf(stderr, "relay: nothing came to cross a frame of the rule '%s'\n",
				frame->rule->text);
		forward(frame);
		free(frame);
	}
	return 0;
}

static void relay(void)
{
	struct pollfd poll_fds[2] = {
		{ .fd = sockets[0], .events = POLLIN }, { .fd = sockets[1], .events = POLLIN },
	};
	struct frames *all[] = { &queues[0], &queues[1], &held };
	sigset_t while_waiting;

	sigemptyset(&while_waiting);
	while (!stop) {
		uint64_t next = 0;

		for (int i = 0; i < 3; i++) {
			uint64_t due = release(all[i]);

			if (due && (!next || due < next))
				next = due;
		}
		uint64_t now = now_ns(), wait = next > now ? next - now : 0;
		struct timespec timeout = { wait / 1000000000, wait % 1000000000 };

		if (ppoll(poll_fds, 2, next ? &timeout : NULL, &while_waiting) > 0)
			for (int i = 0; i < 2; i++)
				receive(i);
	}
}

/* What the sockets had no room for was lost on the way; nobody should wonder why. */
static void report_losses(void)
{
	for (int i = 0; i < 2; i++) {
		struct tpacket_stats stats = { 0 };
		socklen_t size = sizeof(stats);

		getsockopt(sockets[i], SOL_PACKET, PACKET_STATISTICS, &stats, &size);
		if (stats.tp_drops)
			fprintf(stderr, "relay: %u frames of interface %d lost, no room\n",
				stats.tp_drops, i + 1);
	}
	if (unsent)
		fprintf(stderr, "relay: %lu frames could not be sent\n", unsent);
}

static void usage(FILE *out)
{
	fputs("usage: relay INTERFACE INTERFACE [--delay MS] [--drop [N:|/N:]EXPR]...\n"
	      "             [--duplicate [N:|/N:]EXPR]... [--cross EXPR]...\n"
	      "Passes frames between two interfaces until SIGTERM. EXPR is a pcap-filter(7), the\n"
	      "first rule that matches a frame is taken, N: for the first N frames only, /N: for\n"
	      "one in N, at random, the same in every run.\n"
	      "Says 'relaying' on stderr once it does.\n", out);
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "delay", required_argument, NULL, 'd' },
		{ "drop", required_argument, NULL, 'D' },
		{ "duplicate", required_argument, NULL, '2' },
		{ "cross", required_argument, NULL, 'x' },
		{ "help", no_argument, NULL, 'h' },
		{ },
	};
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'd': delay_ns = strtod(optarg, NULL) * 1000000; break;
		case 'D': rule_add(DROP, optarg); break;
		case '2': rule_add(DUPLICATE, optarg); break;
		case 'x': rule_add(CROSS, optarg); break;
		case 'h': usage(stdout); return 0;
		default: usage(stderr); return 2;
		}
	}
	if (argc - optind != 2) {
		usage(stderr);
		return 2;
	}
	if (!keep_to_one_cpu())
		fail("one CPU");
	/* Signals arrive only inside ppoll, so none is missed before it. */
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGINT);
	sigaddset(&blocked, SIGTERM);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);

	STAILQ_INIT(&held);
	for (int i = 0; i < 2; i++) {
		STAILQ_INIT(&queues[i]);
		sockets[i] = open_interface(argv[optind + i]);
	}
	fputs("relaying\n", stderr);
	relay();
	report_losses();
	return 0;
}
