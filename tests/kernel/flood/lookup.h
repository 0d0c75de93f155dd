/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef TCPSTATE_FLOOD_LOOKUP_H
#define TCPSTATE_FLOOD_LOOKUP_H

#include "rig.h"

/* Takes over what the object's hash depends on. Returns a negative errno. */
int lookup_begin(const struct rig *rig);

/* The set where the pair's flow belongs. */
__u32 lookup_set(const struct flow_key *key);

#endif
