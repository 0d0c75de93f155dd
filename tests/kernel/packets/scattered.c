// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * Packets whose headers are not in the linear part, made by a packet socket: a
 * frame of more than a page, sent with a virtio_net_hdr, gets a linear part of
 * hdr_len bytes and the rest in fragments (packet_alloc_skb() in the kernel).
 * They leave through lo of a network namespace that only this process has.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <arpa/inet.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "parsers.h"

#define LO 1 /* the first interface of a namespace */

static int packet_socket = -1;

static int open_namespace(void)
{
	struct sockaddr_ll lo = { .sll_family = AF_PACKET, .sll_ifindex = LO };
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK };
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = LO, .attach_point = BPF_TC_EGRESS);
	int on = 1;

	if (packet_socket >= 0)
		return 0;
	if (unshare(CLONE_NEWNET))
		return -errno;
	packet_socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0); /* protocol 0: sends only */
	if (packet_socket < 0 || ioctl(packet_socket, SIOCSIFFLAGS, &up) ||
	    setsockopt(packet_socket, SOL_PACKET, PACKET_VNET_HDR, &on, sizeof(on)) ||
	    bind(packet_socket, (struct sockaddr *)&lo, sizeof(lo)))
		return -errno;
	return bpf_tc_hook_create(&hook);
}

static int send_frame(const __u8 *bytes, size_t size, size_t linear)
{
	struct virtio_net_hdr header = { .hdr_len = linear };
	struct iovec parts[] = { { &header, sizeof(header) }, { (void *)bytes, size } };

	return writev(packet_socket, parts, 2) < 0 ? -errno : 0;
}

int parse_scattered(const struct fixture *x, const __u8 *bytes, size_t size, size_t linear, struct outcome *out)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = LO, .attach_point = BPF_TC_EGRESS);
	LIBBPF_OPTS(bpf_tc_opts, program, .handle = 1, .priority = 1);
	int err = open_namespace(), fd;

	if (!err)
		err = tc_program(x, &fd);
	if (err)
		return err;
	program.prog_fd = fd;
	err = bpf_tc_attach(&hook, &program);
	if (err)
		return err;
	err = send_frame(bytes, size, linear);
	if (!err)
		err = tc_outcome(x, out);
	program.prog_fd = program.prog_id = program.flags = 0;
	bpf_tc_detach(&hook, &program);
	return err;
}
