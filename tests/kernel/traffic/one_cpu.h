/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * A veth hands packets to its peer through the backlog of the sending CPU, so
 * what two CPUs send may overtake each other. Whoever watches before that point
 * and whoever receives behind it then see different orders, and both are right.
 * The traffic program and the relay therefore keep to one CPU, the same one:
 * the path keeps order.
 */
#ifndef TRAFFIC_ONE_CPU_H
#define TRAFFIC_ONE_CPU_H

#include <sched.h>
#include <stdbool.h>

/* Keeps the process to the highest CPU it may use. False: errno says why not. */
static inline bool keep_to_one_cpu(void)
{
	cpu_set_t allowed, one;
	int cpu = CPU_SETSIZE - 1;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return false;
	while (cpu > 0 && !CPU_ISSET(cpu, &allowed))
		cpu--;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return !sched_setaffinity(0, sizeof(one), &one);
}

#endif
