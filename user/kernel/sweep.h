/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* The sweep that expires flows: a BPF program that nothing but this runs. */
#ifndef TCPSTATE_USER_KERNEL_SWEEP_H
#define TCPSTATE_USER_KERNEL_SWEEP_H

/* One step of it. 1: there are more in this sweep; 0: it is done; or negative errno. */
int sweep_step(int prog_fd);

#endif
