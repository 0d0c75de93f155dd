// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "tests/pure/truth/forge.h"

#include "tcpstate/core/seq.h"

const char *const forgery_names[FORGERY_COUNT] = {
#define X(name, label) label,
	FORGERIES(X)
#undef X
};

/* ---- what the ends are at ------------------------------------------------ */

/* Further than this from what is known, a number of a scripted peer is a number that it made up. */
#define NEAR (1 << 16)

static void learn_ack(struct numbers *n, __u32 x, const struct segment *s)
{
	const __u32 y = x ^ 1;
	const __u8 scale = n->scales[x] && n->scales[y] && !(s->flags & TH_SYN) ? n->scale[x] : 0;

	if (n->heard[y] && s->ack - n->next[y] - 1 < NEAR)
		n->next[y] = s->ack;
	if (n->heard[y] && n->next[y] - s->ack > NEAR)
		return;
	n->acked[x] = s->ack;
	n->edge[x] = s->ack + ((__u32)s->window << scale);
	n->acks[x] = true;
}

void numbers_learn(struct numbers *n, const struct packet *p)
{
	const struct segment *s = &p->seg;
	const __u32 x = p->from & 1;

	if (p->icmp_error || (s->traits & SEG_BAD_CHECKSUM) || (s->flags & TH_RST))
		return;
	n->like[x] = *p;
	if (s->flags & TH_SYN) {
		n->scales[x] = !!(s->traits & SEG_WSCALE);
		n->scale[x] = s->wscale;
		n->next[x] = segment_end(s);
	} else if (!n->heard[x] || segment_end(s) - n->next[x] < NEAR) {
		n->next[x] = segment_end(s);
	}
	n->heard[x] = true;
	if (s->flags & TH_ACK)
		learn_ack(n, x, s);
}

/* ---- chance ------------------------------------------------------------- */

/* splitmix64 */
static __u64 draw(__u64 *seed)
{
	__u64 z = *seed += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

/* low <= number < low + count */
static __u32 draw_from(__u64 *seed, __u32 low, __u32 count)
{
	return low + (count ? draw(seed) % count : 0);
}

/* Out of any window, on either side. */
static __u32 draw_far(__u64 *seed, __u32 from)
{
	return draw_from(seed, from + (1u << 30), 1u << 31);
}

/* ---- segments ----------------------------------------------------------- */

/* Where y expects x to go on: as y says itself, if it does. */
static __u32 exact(const struct numbers *n, __u32 x)
{
	return n->acks[x ^ 1] ? n->acked[x ^ 1] : n->next[x];
}

static struct packet in_the_name_of(const struct numbers *n, __u32 x, __u8 flags)
{
	struct packet p = n->like[n->heard[x] ? x : x ^ 1];

	p.from = x;
	p.seg = (struct segment){
		.packets = 1,
		.window = p.seg.window,
		.flags = flags,
		.ttl = p.seg.ttl,
	};
	return p;
}

static struct packet at_random(const struct numbers *n, __u32 x, __u8 flags, __u64 *seed)
{
	struct packet p = in_the_name_of(n, x, flags);

	/* Numbers drawn from all 2^32 lie in a window once in many thousand times: far ones make the count exact. */
	p.seg.seq = draw_far(seed, exact(n, x));
	p.seg.ack = draw_far(seed, n->next[x ^ 1]);
	if (!(flags & TH_RST) && draw(seed) & 1)
		p.seg.len = draw_from(seed, 1, 1400);
	return p;
}

/* Bytes that y could send, and has not: two at least, as one is a kind of its own. 0: none. */
static __u32 unsent(const struct numbers *n, __u32 x)
{
	const __u32 room = n->edge[x] - n->next[x ^ 1];

	return n->acks[x] && (__s32)room > 2 ? room - 1 : 0;
}

static void forge_pair(const struct numbers *n, __u32 x, __u64 *seed, struct packet p[FORGED_MOST])
{
	p[0] = in_the_name_of(n, x, TH_ACK | TH_PSH);
	p[1] = in_the_name_of(n, x ^ 1, TH_ACK | TH_PSH);
	p[0].seg.seq = draw_far(seed, exact(n, x));
	p[0].seg.ack = draw_far(seed, n->next[x ^ 1]);
	p[0].seg.len = draw_from(seed, 1, 1000);
	p[1].seg.seq = p[0].seg.ack;
	p[1].seg.ack = p[0].seg.seq + p[0].seg.len;
	p[1].seg.len = draw_from(seed, 1, 1000);
}

int forge(enum forgery kind, const struct numbers *n, __u32 x, __u64 seed, struct packet p[FORGED_MOST])
{
	const __u32 y = x ^ 1;

	if (!n->heard[x] || !n->heard[y])
		return 0;
	if ((kind == FORGE_UNSENT || kind == FORGE_FIN_UNSENT) && !unsent(n, x))
		return 0;
	if (kind == FORGE_FIN_UNSENT && (!n->acks[y] || (__s32)(n->edge[y] - exact(n, x)) < 3))
		return 0;
	switch (kind) {
	case FORGE_RANDOM_DATA:
		p[0] = at_random(n, x, TH_ACK, &seed);
		return 1;
	case FORGE_RANDOM_FIN:
		p[0] = at_random(n, x, TH_FIN | TH_ACK, &seed);
		return 1;
	case FORGE_RANDOM_RST:
		p[0] = at_random(n, x, TH_RST, &seed);
		return 1;
	case FORGE_PAIR:
		forge_pair(n, x, &seed, p);
		return 2;
	case FORGE_FIN_UNSENT:
		p[0] = in_the_name_of(n, x, TH_FIN | TH_ACK);
		p[0].seg.seq = draw_from(&seed, exact(n, x) + 1, n->edge[y] - exact(n, x) - 2);
		p[0].seg.ack = draw_from(&seed, n->next[y] + 2, unsent(n, x));
		return 1;
	default:
		break;
	}
	/* Without data: Linux's FIN_WAIT_2 of an orphan looks at no ACK before it answers data with RST. */
	p[0] = in_the_name_of(n, x, TH_ACK);
	p[0].seg.seq = exact(n, x);
	if (kind == FORGE_UNSENT)
		p[0].seg.ack = draw_from(&seed, n->next[y] + 2, unsent(n, x));
	else if (kind == FORGE_ONE_BEYOND)
		p[0].seg.ack = n->next[y] + 1;
	else
		p[0].seg.ack = draw_from(&seed, seq_max(n->edge[x], n->next[y]) + 2, 1u << 29);
	return 1;
}
