// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "replay/senders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tcpstate/core/seq.h"

#define FLOWS (1u << 15)   /* a power of two */
#define INDEX (2 * SENDERS_MAX)
#define PENDING 4          /* segments of an end that are waited for: enough to learn from */

/* A segment with a wrong checksum, of which nothing more has been heard yet. */
struct pending {
	__u32 seq, end;
	__u32 sender;
	bool used;
};

struct seen_end {
	__u32 top;         /* the highest number sent, plus one */
	__u32 good;        /* the same, of segments that may have arrived */
	__u32 isn;
	bool heard, heard_good, opened;
	__u8 turn;         /* which of pending[] is used next */
	struct pending pending[PENDING];
};

struct seen_flow {
	struct flow_key key;
	struct seen_end end[2];
};

int senders_init(struct senders *s)
{
	*s = (struct senders){
		.list = calloc(SENDERS_MAX, sizeof(*s->list)),
		.index = calloc(INDEX, sizeof(*s->index)),
		.flows = calloc(FLOWS, sizeof(*s->flows)),
	};
	return s->list && s->index && s->flows ? 0 : -ENOMEM;
}

void senders_free(struct senders *s)
{
	free(s->list);
	free(s->index);
	free(s->flows);
	*s = (struct senders){};
}

void senders_clear(struct senders *s)
{
	memset(s->list, 0, s->count * sizeof(*s->list));
	memset(s->index, 0, INDEX * sizeof(*s->index));
	memset(s->flows, 0, FLOWS * sizeof(*s->flows));
	s->count = 0;
}

/* ---- senders ------------------------------------------------------------------ */

/* size: bytes, a multiple of four. */
static __u32 hash_of(const void *key, size_t size)
{
	__u32 hash = 0, word;

	for (size_t at = 0; at < size; at += sizeof(word)) {
		memcpy(&word, (const char *)key + at, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b1;
		hash ^= hash >> 15;
	}
	return hash;
}

static struct sender_key key_of(const struct summed *s, const __u8 station[6], __u32 interface)
{
	struct sender_key key = { .interface = interface };

	memcpy(key.address, s->key.addr[s->from], sizeof(key.address));
	memcpy(key.station, station, sizeof(key.station));
	return key;
}

__u32 senders_find(struct senders *s, const struct summed *summed, const __u8 station[6], __u32 interface)
{
	const struct sender_key key = key_of(summed, station, interface);
	__u32 at = hash_of(&key, sizeof(key)) % INDEX;

	for (; s->index[at]; at = (at + 1) % INDEX)
		if (!memcmp(&s->list[s->index[at] - 1].key, &key, sizeof(key)))
			return s->index[at] - 1;
	if (s->count == SENDERS_MAX)
		return SENDER_UNKNOWN;
	s->list[s->count].key = key;
	s->index[at] = ++s->count;
	return s->count - 1;
}

enum sender_verdict senders_verdict(const struct senders *s, __u32 sender)
{
	const struct sender *one = &s->list[sender];

	if (sender == SENDER_UNKNOWN || (!one->acknowledged && !one->sent_again))
		return SENDER_UNDECIDED;
	return one->acknowledged > one->sent_again ? SENDER_OFFLOADS : SENDER_CORRUPT;
}

bool senders_offload_assumed(const struct senders *s, __u32 sender)
{
	const struct sender *one = &s->list[sender];

	return senders_verdict(s, sender) == SENDER_OFFLOADS || (one->zero && !one->left_out);
}

/* Chance spoils a sum to 0 once in 65,536 times; who does not compute one leaves it so every time. */
bool senders_take(struct senders *s, const struct wrong_sum *sum)
{
	bool take = sum->zero || senders_verdict(s, sum->sender) == SENDER_OFFLOADS;

	if (sum->sender == SENDER_UNKNOWN)
		return take;
	s->list[sum->sender].taken += take;
	s->list[sum->sender].left_out += !take;
	s->list[sum->sender].zero += sum->zero;
	return take;
}

/* ---- evidence ------------------------------------------------------------------- */

static struct seen_flow *flow_of(struct senders *s, const struct flow_key *key)
{
	struct seen_flow *f = &s->flows[hash_of(key, sizeof(*key)) % FLOWS];

	if (memcmp(&f->key, key, sizeof(*key)))
		*f = (struct seen_flow){ .key = *key };
	return f;
}

/* The other end acknowledges them. Beyond what it was ever sent, an ACK proves nothing. */
static void take_ack(struct senders *s, struct seen_end *e, __u32 ack)
{
	if (!e->heard || seq_after(ack, e->top))
		return;
	for (unsigned int i = 0; i < PENDING; i++) {
		struct pending *p = &e->pending[i];

		if (!p->used || seq_before(ack, p->end))
			continue;
		p->used = false;
		s->list[p->sender].acknowledged++;
	}
}

/* The last byte of them comes again: was the first copy spoilt, or can't that be told? */
static void take_copy(struct senders *s, struct seen_end *e, const struct summed *summed, __u32 end,
		      const struct sender_key *key)
{
	for (unsigned int i = 0; i < PENDING; i++) {
		struct pending *p = &e->pending[i];

		if (!p->used || !seq_before(summed->segment.seq, p->end) || seq_before(end, p->end))
			continue;
		/* At another place it is the same packet, once its NIC had it. */
		if (memcmp(&s->list[p->sender].key, key, sizeof(*key)))
			continue;
		p->used = false;
		s->list[p->sender].sent_again += summed->told;
	}
}

static void wait_for(struct seen_end *e, __u32 seq, __u32 end, __u32 sender)
{
	/* What may have arrived before will be acknowledged for that copy's sake. */
	if (sender == SENDER_UNKNOWN || end == seq || (e->heard_good && !seq_after(end, e->good)))
		return;
	for (unsigned int i = 0; i < PENDING; i++)
		if (e->pending[i].used && e->pending[i].end == end)
			return;
	e->pending[e->turn++ % PENDING] = (struct pending){ seq, end, sender, true };
}

static void raise(__u32 *top, bool *known, __u32 end)
{
	if (!*known || seq_after(end, *top))
		*top = end;
	*known = true;
}

void senders_learn(struct senders *s, struct summed *summed, const __u8 station[6], __u32 interface)
{
	const struct segment *seg = &summed->segment;
	const struct sender_key key = key_of(summed, station, interface);
	struct seen_flow *f = flow_of(s, &summed->key);
	struct seen_end *e = &f->end[summed->from], *peer = &f->end[!summed->from];
	__u32 end = segment_end(seg);

	if (seg->flags & TH_SYN && !(e->opened && e->isn == seg->seq))
		*e = (struct seen_end){ .isn = seg->seq, .opened = true }; /* another life */
	if (seg->flags & TH_ACK)
		take_ack(s, peer, seg->ack);
	if (summed->wrong) {
		summed->sum.sender = senders_find(s, summed, station, interface);
		wait_for(e, seg->seq, end, summed->sum.sender);
	} else {
		take_copy(s, e, summed, end, &key);
		raise(&e->good, &e->heard_good, end);
	}
	raise(&e->top, &e->heard, end);
}
