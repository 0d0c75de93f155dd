/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* Addresses as the kernel's sockets have them, and as our keys do: for the programs that read sockets. */
#ifndef TCPSTATE_BPF_SOCKET_ADDRESS_H
#define TCPSTATE_BPF_SOCKET_ADDRESS_H

#include <linux/types.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>

/* linux/socket.h: AF_INET, AF_INET6 */
#define FAMILY_IPV4 2
#define FAMILY_IPV6 10

/* ::1, or 127.0.0.0/8 as ::ffff:127.0.0.0/104. By words of 32 bits: a key on the stack is aligned to no more. */
static __always_inline bool is_loopback(const __u8 addr[16])
{
	const __u32 *word = (const __u32 *)addr;

	if (word[0] || word[1])
		return false;
	return word[2] ? word[2] == bpf_htonl(0xffff) && addr[12] == 127 : word[3] == bpf_htonl(1);
}

#endif
