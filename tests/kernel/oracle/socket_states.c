// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/*
 * socket-states NETNS...: prints what the kernel's own TCP sockets in these
 * network namespaces do, one line of JSON a change of state, until SIGINT or
 * SIGTERM. Exit status 1 if any was lost.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <bpf/libbpf.h>

#include "tcpstate/abi/state.h"
#include "transition.h"
#include "socket_states.skel.h"

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	stop = 1;
}

static const char *state_name(int state)
{
	static const char *const names[STATE_SLOTS] = {
#define X(name, number, label) [number] = #name,
		TCP_STATES(X)
#undef X
	};

	return state > 0 && state < STATE_SLOTS && names[state] ? names[state] : "?";
}

static void print_address(const struct transition *transition, int which, const char *key)
{
	char ip[INET6_ADDRSTRLEN];

	inet_ntop(transition->family, transition->address[which], ip, sizeof(ip));
	printf(transition->family == AF_INET ? "\"%s\":\"%s:%u\"," : "\"%s\":\"[%s]:%u\",",
	       key, ip, transition->port[which]);
}

static int print_transition(void *context, void *data, size_t size)
{
	const struct transition *transition = data;

	printf("{\"time_ns\":%llu,\"netns\":%u,\"socket\":\"%016llx\",", transition->time,
	       transition->netns, transition->socket);
	print_address(transition, 0, "local");
	print_address(transition, 1, "remote");
	printf("\"from\":\"%s\",\"to\":\"%s\"}\n", state_name(transition->from),
	       state_name(transition->to));
	return 0;
}

/* Inode number of a namespace given by name or path; 0 after saying why not. */
static __u32 netns_inode(const char *netns)
{
	struct stat status;
	char path[256];

	snprintf(path, sizeof(path), "%s%s", strchr(netns, '/') ? "" : "/run/netns/", netns);
	if (stat(path, &status)) {
		fprintf(stderr, "socket-states: %s: %s\n", path, strerror(errno));
		return 0;
	}
	return status.st_ino;
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct socket_states *states = NULL;
	struct ring_buffer *ring = NULL;
	int status = 1;

	if (argc < 2 || argc > NETNS_MAX + 1) {
		fprintf(stderr, "usage: socket-states NETNS... (up to %d)\n", NETNS_MAX);
		return 2;
	}
	states = socket_states__open();
	if (!states)
		goto out;
	for (int i = 1; i < argc; i++) {
		states->rodata->traced_netns[i - 1] = netns_inode(argv[i]);
		if (!states->rodata->traced_netns[i - 1])
			goto out;
	}
	if (socket_states__load(states) || socket_states__attach(states)) {
		fputs("socket-states: cannot attach to sock:inet_sock_set_state\n", stderr);
		goto out;
	}
	ring = ring_buffer__new(bpf_map__fd(states->maps.transitions), print_transition, NULL, NULL);
	if (!ring)
		goto out;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	fputs("tracing\n", stderr);
	while (!stop) {
		ring_buffer__poll(ring, 100);
		fflush(stdout);
	}
	ring_buffer__consume(ring);
	if (states->bss->lost)
		fprintf(stderr, "socket-states: %llu changes lost\n", states->bss->lost);
	else
		status = 0;
out:
	ring_buffer__free(ring);
	socket_states__destroy(states);
	return status;
}
