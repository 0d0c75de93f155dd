// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The only file of the model that knows the tracker. */
#include "tracked.h"

#include <string.h>

#include "tests/pure/native/tracker.h"

#define DAY (86400ull * SEC)

static struct native_tracker tracker;
static struct flow_key key;
static enum locality local;
static unsigned int end_of[2]; /* the key's, by the model's */
static const char *stray;
static struct refusal refused;
static const struct packet *at_hand;

static const char *const stray_text[STRAY_COUNT] = {
#define X(name, label) [STRAY_##name] = label,
	STRAYS(X)
#undef X
};

static const __u8 model_state[STATE_SLOTS] = {
	[STATE_ESTABLISHED] = S_ESTABLISHED, [STATE_SYN_SENT] = S_SYN_SENT, [STATE_SYN_RECEIVED] = S_SYN_RECEIVED,
	[STATE_FIN_WAIT_1] = S_FIN_WAIT_1, [STATE_FIN_WAIT_2] = S_FIN_WAIT_2, [STATE_TIME_WAIT] = S_TIME_WAIT,
	[STATE_CLOSED] = S_CLOSED, [STATE_CLOSE_WAIT] = S_CLOSE_WAIT, [STATE_LAST_ACK] = S_LAST_ACK,
	[STATE_LISTEN] = S_LISTEN, [STATE_CLOSING] = S_CLOSING,
};

static void told(void *arg, const void *record)
{
	const struct stray_event *e = record;

	if (e->event.type != EVENT_STRAY)
		return;
	if (e->event.sender == at_hand->from && e->event.seq == at_hand->seg.seq && e->event.flags == at_hand->seg.flags)
		stray = stray_text[e->kind];
	else
		refused = (struct refusal){ stray_text[e->kind], e->event.seq, e->event.sender != end_of[0], e->event.flags };
}

void tracked_begin(const struct schedule *s)
{
	native_clear(&tracker);
	if (!tracker.told) {
		tracker.settings = native_settings(30);
		tracker.told = told;
	}
	key = (struct flow_key){};
	for (int x = 0; x < 2; x++) {
		const int end = x ^ s->swapped_key;
		const __u8 address[16] = { [10] = 0xff, [11] = 0xff, [12] = 10, [15] = end + 1 };

		end_of[x] = end;
		memcpy(key.addr[end], address, sizeof(address));
		key.port[end] = x == 0 ? __builtin_bswap16(40000) : __builtin_bswap16(80);
	}
	local = s->view == VIEW_TAP ? LOCAL_TRANSIT : end_of[s->view == VIEW_END_1] ? LOCAL_END_1 : LOCAL_END_0;
}

static struct packet packet_of(int from, const struct wire *w)
{
	struct packet p = {
		.key = key,
		.from = end_of[from],
		.seg = {
			.seq = w->seq, .ack = w->ack, .len = w->len, .tsval = w->tsval, .tsecr = w->tsecr,
			.packets = 1, .window = w->window, .flags = w->flags, .wscale = w->scale, .ttl = 64,
		},
	};

	if (w->options & OPT_TIMESTAMPS)
		p.seg.traits |= SEG_TIMESTAMP;
	if (w->options & OPT_SCALE)
		p.seg.traits |= SEG_WSCALE;
	if (w->flags & SYN) {
		p.seg.traits |= SEG_MSS;
		p.seg.mss = 1460;
	}
	return p;
}

void tracked_see(int from, const struct wire *w, __u32 place, __u64 now, struct opinion *o)
{
	struct packet p = packet_of(from, w);
	const struct flow *f;

	p.place = place;
	stray = NULL;
	refused = (struct refusal){};
	at_hand = &p;
	native_track(&tracker, &p, local, now);
	f = native_find(&tracker, &key);
	*o = (struct opinion){ .has_flow = f, .stray = stray, .refused = refused };
	if (!f)
		return;
	o->id = f->id;
	o->retransmits = f->past[0].retransmits + f->past[1].retransmits;
	for (int x = 0; x < 2; x++) {
		o->state[x] = model_state[f->state[end_of[x]]];
		o->bytes[x] = f->end[end_of[x]].bytes;
	}
}

bool tracked_ends(__u64 now)
{
	native_sweep(&tracker, now + 4 * DAY);
	return !native_find(&tracker, &key);
}
