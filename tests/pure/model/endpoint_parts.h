/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What the three files of an endpoint know of each other: it opens, receives and sends. */
#ifndef TCPSTATE_MODEL_ENDPOINT_PARTS_H
#define TCPSTATE_MODEL_ENDPOINT_PARTS_H

#include "endpoint.h"

/* endpoint_send.c */
void endpoint_emit(struct endpoint *e, __u8 flags, __u32 seq, __u32 len, __u64 now, const struct outlet *out);
void endpoint_ack(struct endpoint *e, __u64 now, const struct outlet *out);
void endpoint_output(struct endpoint *e, __u64 now, const struct outlet *out);
void endpoint_refuse(const struct endpoint *e, const struct wire *w, const struct outlet *out);
void endpoint_close(struct endpoint *e);

/* endpoint_open.c: in LISTEN, SYN_SENT and TIME_WAIT. */
enum fate receive_listening(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out);
enum fate receive_syn_sent(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out);
enum fate receive_time_wait(struct endpoint *e, const struct wire *w, __u64 now, const struct outlet *out);
void endpoint_establish(struct endpoint *e);
void endpoint_wait(struct endpoint *e, __u64 now);

static inline bool has_timestamps(const struct endpoint *e, const struct wire *w)
{
	return (e->uses & OPT_TIMESTAMPS) && (w->options & OPT_TIMESTAMPS);
}

#endif
