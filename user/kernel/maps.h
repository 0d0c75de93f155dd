/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* File descriptors of an instance's maps: of one just loaded, or of pins. */
#ifndef TCPSTATE_USER_KERNEL_MAPS_H
#define TCPSTATE_USER_KERNEL_MAPS_H

/* X(name): as in bpf/maps.h, and as they are pinned. */
#define PINNED_MAPS(X) \
	X(tags)        \
	X(flows)       \
	X(histories)   \
	X(embryos)     \
	X(prints)      \
	X(reuses)      \
	X(pairs)       \
	X(counters)    \
	X(settings)    \
	X(track_nets)  \
	X(track_ports) \
	X(instance)

#define EVENTS_PIN "events" /* the ring buffer: pinned too, for the next owner only */

struct maps {
#define X(name) int name;
	PINNED_MAPS(X)
#undef X
};

#endif
