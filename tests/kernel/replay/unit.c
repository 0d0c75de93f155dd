// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The parts of replay that need no kernel: deadlines, quantiles, conn_state, lengths of frames. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay/capture.h"
#include "flow/conn_state.h"
#include "replay/deadlines.h"
#include "base/histogram.h"
#include "replay/link_layer.h"
#include "replay/doubles.h"
#include "replay/passage.h"
#include "replay/place.h"
#include "replay/queue.h"
#include "replay/senders.h"

static int passed, failed;
static char why[256];

#define EXPECT(condition, ...)                              \
	do {                                                \
		if (!(condition)) {                         \
			snprintf(why, sizeof(why), __VA_ARGS__); \
			return false;                       \
		}                                           \
	} while (0)

static __u64 draw(void)
{
	static __u64 state = 88172645463325252ull; /* xorshift64: Marsaglia, 2003 */

	state ^= state << 13;
	state ^= state >> 7;
	return state ^= state << 17;
}

/* ---- deadlines -------------------------------------------------------------- */

#define SLOTS 100

/* Against a plain list: any order of set, advance and removal. */
static bool deadlines_agree(void)
{
	__u64 due[SLOTS];
	struct deadlines d;

	EXPECT(!deadlines_init(&d, SLOTS), "no memory");
	for (int i = 0; i < SLOTS; i++)
		due[i] = NO_DEADLINE;
	for (int round = 0; round < 200000; round++) {
		__u32 slot = draw() % SLOTS, first = 0, right = 0;
		__u64 when = draw() % 500, got;

		switch (draw() % 3) {
		case 0:
			when = draw() % 4 ? when : NO_DEADLINE;
			deadlines_set(&d, slot, when);
			due[slot] = when;
			break;
		case 1:
			deadlines_advance(&d, slot, when);
			if (when < due[slot])
				due[slot] = when;
			break;
		default:
			deadlines_advance(&d, slot, NO_DEADLINE);
		}
		for (__u32 i = 1; i < SLOTS; i++)
			if (due[i] < due[right])
				right = i;
		got = deadlines_first(&d, &first);
		EXPECT(got == due[right] && (got == NO_DEADLINE || first == right),
		       "round %d: slot %u at %llu, not %u at %llu", round, first, got, right, due[right]);
	}
	deadlines_free(&d);
	return true;
}

/* ---- quantiles ---------------------------------------------------------------- */

#define VALUES 5001

static int by_value(const void *a, const void *b)
{
	__u32 x = *(const __u32 *)a, y = *(const __u32 *)b;

	return x < y ? -1 : x > y;
}

static bool quantiles_are_near(void)
{
	static __u32 values[VALUES];
	static struct histogram h;

	for (int width = 1; width <= 32; width++) {
		memset(&h, 0, sizeof(h));
		for (int i = 0; i < VALUES; i++) {
			values[i] = draw() >> (64 - width);
			histogram_add(&h, values[i]);
		}
		qsort(values, VALUES, sizeof(values[0]), by_value);
		for (unsigned int q = 0; q <= 1000; q += 50) {
			__u64 rank = (VALUES * q + 999) / 1000;
			double right = values[rank ? rank - 1 : 0], ours = histogram_quantile(&h, q);

			EXPECT(ours >= right * 0.9995 && ours <= right * 1.0005,
			       "%d bits, %u of 1000: %.0f, not %.0f", width, q, ours, right);
		}
		EXPECT(h.max == values[VALUES - 1] && h.count == VALUES, "%d bits: max or count", width);
	}
	memset(&h, 0, sizeof(h));
	EXPECT(histogram_quantile(&h, 500) == 0, "of nothing");
	return true;
}

/* ---- conn_state ----------------------------------------------------------------- */

/*
 * What each end did, initiator first. Upper case: the initiator's; S SYN,
 * H SYN-ACK, A ACK, D data, F FIN, R the RST that closed it: Zeek's letters.
 */
static const struct {
	const char *history;
	enum conn_state state;
} histories[] = {
	{ "S", CONN_S0 }, { "SS", CONN_S0 }, { "Sa", CONN_S0 },
	{ "Sh", CONN_S1 }, { "ShA", CONN_S1 }, { "ShADd", CONN_S1 }, { "hA", CONN_S1 }, { "hAd", CONN_S1 },
	{ "ShADdFaf", CONN_SF }, { "ShADdfAF", CONN_SF }, { "ShAFf", CONN_SF }, { "hAFf", CONN_SF }, { "DdFf", CONN_SF },
	{ "ShAFfR", CONN_SF }, { "ShAFfr", CONN_SF },
	{ "ShAF", CONN_S2 }, { "ShAFa", CONN_S2 }, { "ShAfA", CONN_S3 }, { "hAf", CONN_S3 },
	{ "Sr", CONN_REJ }, { "SSr", CONN_REJ },
	{ "ShAr", CONN_RSTR }, { "ShADFr", CONN_RSTR }, { "Shr", CONN_RSTR },
	{ "ShR", CONN_RSTO }, { "ShADdR", CONN_RSTO }, { "ShAfR", CONN_RSTO },
	{ "SR", CONN_RSTOS0 }, { "SAR", CONN_OTH }, { "DR", CONN_OTH },
	{ "hr", CONN_RSTRH }, { "Ddr", CONN_RSTRH },
	{ "SF", CONN_SH }, { "SAF", CONN_SH }, { "DF", CONN_SH }, { "DdF", CONN_SH },
	{ "hf", CONN_SHR }, { "df", CONN_SHR },
	{ "D", CONN_OTH }, { "Dd", CONN_OTH }, { "d", CONN_OTH },
};

static void happen(struct flow *f, char letter)
{
	unsigned int end = f->initiator ^ (letter >= 'a');

	f->end[end].packets++;
	switch (letter & ~32) {
	case 'S':
	case 'H':
		f->past[end].traits |= END_SYN | END_HEARD;
		break;
	case 'A':
		f->past[end].traits |= END_ACKED;
		break;
	case 'D':
		f->past[end].traits |= END_ACKED | END_HEARD;
		f->end[end].bytes += 100;
		break;
	case 'F':
		f->past[end].traits |= END_ACKED | END_FIN;
		if (!f->closed_how) {
			f->closed_how = CLOSE_FIN;
			f->closed_by = end + 1;
		}
		break;
	case 'R':
		f->past[end].rsts++;
		f->closed_how = CLOSE_RST;
		f->closed_by = end + 1;
		break;
	}
}

static bool conn_states_are_zeeks(void)
{
	bool met[CONN_STATE_COUNT] = {};

	for (unsigned int i = 0; i < sizeof(histories) / sizeof(histories[0]); i++)
		for (unsigned int initiator = 0; initiator < 2; initiator++) {
			struct flow f = { .initiator = initiator };
			enum conn_state state;

			for (const char *p = histories[i].history; *p; p++)
				happen(&f, *p);
			state = conn_state_of(&f);
			EXPECT(state == histories[i].state, "%s: %s, not %s", histories[i].history, conn_state_name(state),
			       conn_state_name(histories[i].state));
			met[state] = true;
		}
	for (unsigned int i = 0; i < CONN_STATE_COUNT; i++)
		EXPECT(met[i], "no history leads to %s", conn_state_name(i));
	return true;
}

/* ---- links ------------------------------------------------------------------------ */

/* Whatever is in it and however short it is: nothing is read or written beyond. Worth most under ASan. */
static bool frames_stay_inside(void)
{
	static const int links[] = { 0, 1, 9, 12, 14, 50, 51, 101, 108, 113, 228, 229, 276 };
	struct link_layer *layer = malloc(sizeof(*layer));

	EXPECT(layer, "no memory");
	for (int round = 0; round < 50000; round++) {
		__u32 size = round % 4 ? draw() % 64 : draw() % 80000;
		__u8 *data = malloc(size ?: 1);
		struct capture_packet p = {
			.data = data, .captured = size, .link_type = links[draw() % (sizeof(links) / sizeof(links[0]))],
			.length = draw() % 3 ? size : (__u32)draw(),
		};
		struct link_frame f;

		for (__u32 i = 0; i < size && i < 200; i++)
			data[i] = draw() % 3 ? draw() : 0;
		if (size > 14 && draw() % 2) {
			data[12] = 0x08;
			data[13] = 0x00;
		}
		if (link_to_ethernet(layer, &p, &f)) {
			EXPECT(f.size >= 14 && f.size <= FRAME_PART, "link type %d: a frame of %u bytes", p.link_type, f.size);
			EXPECT(f.length >= f.size && f.length <= FRAME_LONGEST + 14, "link type %d: %u bytes on the wire, of which %u",
			       p.link_type, f.length, f.size);
			EXPECT(f.length <= (p.length > size ? p.length : size) + 14ull, "link type %d: %u bytes on the wire are %u",
			       p.link_type, p.length, f.length);
			EXPECT(f.data == layer->frame || (f.data == data && f.size <= size), "a frame from elsewhere");
		}
		free(data);
	}
	free(layer);
	return true;
}

/* ---- the order of packets -------------------------------------------------------- */

#define PACKETS 3000

/* Against a plain list: whatever is pushed and taken in between, the earliest comes, and of equals the first. */
static bool packets_come_in_order(void)
{
	static struct queued in[PACKETS];
	struct queue q = {};
	size_t pushed = 0, bytes = 0;

	while (pushed < PACKETS || queue_first(&q)) {
		const struct queued *right = NULL;
		struct queued *got;
		__u8 byte = pushed;

		if (pushed < PACKETS && draw() % 5 < 3) {
			struct queued *p = &in[pushed];

			*p = (struct queued){ .rank = pushed / 2 + draw() % 40, .length = pushed, .size = 1, .data = &byte };
			EXPECT(!queue_push(&q, p), "no memory");
			pushed++;
			bytes++;
			continue;
		}
		for (size_t i = 0; i < pushed; i++)
			if (in[i].size && (!right || in[i].rank < right->rank))
				right = &in[i];
		got = queue_pop(&q);
		EXPECT(!got == !right, "packet %zu: one comes, or none does", pushed);
		if (!got)
			continue;
		EXPECT(got->length == right->length && *got->data == (__u8)got->length, "packet %u comes, not %u", got->length,
		       right->length);
		in[got->length].size = 0;
		free(got);
		EXPECT(q.bytes == --bytes, "%zu bytes are counted, not %zu", q.bytes, bytes);
	}
	queue_free(&q);
	return true;
}

static bool queues_are_bounded(void)
{
	static __u8 frame[FRAME_PART];
	struct queued p = { .size = 1, .data = frame };
	struct queue q = {};
	size_t count = 0;

	for (; !queue_is_full(&q); count++)
		EXPECT(!queue_push(&q, &p), "no memory");
	EXPECT(count == QUEUE_PACKETS, "full with %zu packets", count);
	queue_free(&q);
	p.size = sizeof(frame);
	for (count = 0; !queue_is_full(&q); count++)
		EXPECT(!queue_push(&q, &p), "no memory");
	EXPECT(count == (QUEUE_BYTES + p.size - 1) / p.size, "full with %zu large packets", count);
	queue_free(&q);
	return true;
}

/* ---- places ------------------------------------------------------------------------- */

#define MACS "\2\0\0\0\0\1" "\2\0\0\0\0\2"
#define SLL(kind) "\0" kind "\0\1\0\6" "\2\0\0\0\0\1\0\0" "\10\0"
#define SLL2(ifindex, protocol) protocol "\0\0" "\0\0\0" ifindex "\0\1" "\0" "\6" "\2\0\0\0\0\1\0\0"
#define AT(link, number, bytes) { .link_type = link, .interface = number, .data = (const __u8 *)bytes, .captured = sizeof(bytes) - 1 }

static bool places_are_told_apart(void)
{
	static const struct capture_packet places[] = {
		AT(LINK_ETHERNET, 0, MACS "\10\0" "E..."),
		AT(LINK_ETHERNET, 1, MACS "\10\0" "E..."),
		AT(LINK_ETHERNET, 0, "\2\0\0\0\0\2" "\2\0\0\0\0\1" "\10\0" "E..."),
		AT(LINK_ETHERNET, 0, MACS "\x81\0\0\5" "\10\0" "E..."),
		AT(LINK_ETHERNET, 0, MACS "\x81\0\0\6" "\10\0" "E..."),
		AT(LINK_ETHERNET, 0, MACS "\x88\xa8\0\5" "\x81\0\0\6" "\10\0" "E..."),
		AT(LINK_LINUX_SLL, 0, SLL("\0") "E..."),
		AT(LINK_LINUX_SLL, 0, SLL("\4") "E..."),
		AT(LINK_LINUX_SLL2, 0, SLL2("\2", "\10\0") "E..."),
		AT(LINK_LINUX_SLL2, 0, SLL2("\3", "\10\0") "E..."),
		AT(LINK_LINUX_SLL2, 0, SLL2("\3", "\x81\0") "\0\5\10\0" "E..."),
		AT(LINK_RAW, 0, "E..."),
		AT(LINK_RAW, 1, "E..."),
	};
	static const struct capture_packet same[][2] = {
		/* What the packet is does not matter, nor its priority in its VLAN. */
		{ AT(LINK_ETHERNET, 0, MACS "\10\0" "E..."), AT(LINK_ETHERNET, 0, MACS "\x86\xdd" "`......") },
		{ AT(LINK_ETHERNET, 0, MACS "\x81\0\0\5" "\10\0"), AT(LINK_ETHERNET, 0, MACS "\x81\0\xe0\5" "\10\0E") },
		{ AT(LINK_LINUX_SLL2, 0, SLL2("\2", "\10\0")), AT(LINK_LINUX_SLL2, 0, SLL2("\2", "\x86\xdd") "`...") },
	};
	const unsigned int count = sizeof(places) / sizeof(places[0]);

	for (unsigned int i = 0; i < count; i++)
		for (unsigned int j = 0; j < i; j++)
			EXPECT(place_of(&places[i]) != place_of(&places[j]), "places %u and %u are one", j, i);
	for (unsigned int i = 0; i < sizeof(same) / sizeof(same[0]); i++)
		EXPECT(place_of(&same[i][0]) == place_of(&same[i][1]), "pair %u is of two places", i);
	return true;
}

static bool places_are_never_0(void)
{
	for (int round = 0; round < 200000; round++) {
		__u8 data[40];
		struct capture_packet p = { .data = data, .captured = draw() % sizeof(data), .interface = draw() % 4 };

		for (unsigned int i = 0; i < sizeof(data); i++)
			data[i] = draw() % 3 ? draw() : 0x81;
		p.link_type = (int[]){ LINK_ETHERNET, LINK_LINUX_SLL, LINK_LINUX_SLL2, LINK_RAW }[draw() % 4];
		EXPECT(place_of(&p), "link type %d", p.link_type);
	}
	return true;
}

/* ---- paths that double --------------------------------------------------------------- */

#define MS 1000000ull

/* Segment number of a path: of one host or the other in turn, or a bare ACK. True: a copy came, and counts as one. */
static bool pass(struct doubles *d, __u64 path, __u64 number, __u64 time, const char *after)
{
	const struct passage p = { .path = path, .segment = path << 32 | number, .from = number & 1, .has_data = number % 5 };
	bool copy;

	doubles_look(d, &p, time);
	if (!after)
		return false;
	copy = doubles_look(d, &p, time + strtoull(after, NULL, 10) * 1000);
	return copy && doubles_knows(d, path);
}

static bool paths_are_learnt(void)
{
	__u64 now = 1000 * MS, number = 1;
	struct doubles d;

	EXPECT(!doubles_init(&d), "no memory");
	for (int i = 0; i < 4; i++, now += 20 * MS)
		EXPECT(!pass(&d, 7, number++, now, "900"), "known with segment %d", i);
	EXPECT(pass(&d, 7, number++, now, "900"), "four segments came twice");
	EXPECT(!doubles_knows(&d, 8), "of another path");
	EXPECT(pass(&d, 7, number++, now += 20 * MS, "9900"), "9.9 ms later");
	EXPECT(!pass(&d, 7, number++, now += 20 * MS, "10100"), "10.1 ms later");
	for (int i = 0; i < 2; i++)
		pass(&d, 7, number += number % 5 == 4 ? 2 : 1, now += 20 * MS, NULL);
	doubles_settle(&d);
	EXPECT(!doubles_knows(&d, 7), "forgotten where three came once");
	for (int i = 0; i < 40; i++) /* data of one side */
		EXPECT(!pass(&d, 9, number += 2, now += 20 * MS, "100"), "known by one direction");
	for (int i = 0; i < 40; i++)
		EXPECT(!pass(&d, 10, number++, now += 20 * MS, "1100"), "known by what came 1.1 ms later");
	for (int i = 0; i < 8; i++)
		pass(&d, 11, number++, now += 20 * MS, "100");
	EXPECT(doubles_knows(&d, 11), "a path behind others");
	doubles_clear(&d);
	EXPECT(!doubles_knows(&d, 11), "of the capture before");
	doubles_free(&d);
	return true;
}

/* More at once than there is room for, all of one time, or of any: nothing is lost but copies. */
static bool doubles_are_bounded(void)
{
	__u64 copies = 0;
	struct doubles d;

	EXPECT(!doubles_init(&d), "no memory");
	for (int i = 0; i < 200000; i++)
		pass(&d, 1 + draw() % 40000, draw() % 1000, draw() % 4 ? 1000 * MS : draw(), draw() % 2 ? "1" : NULL);
	doubles_clear(&d);
	for (__u64 i = 0; i < 200000; i++)
		copies += pass(&d, 5, i, 2000 * MS, "1");
	EXPECT(copies > 100000, "%llu copies of 200000 segments of one moment", copies);
	doubles_free(&d);
	return true;
}

/* ---- senders of wrong checksums ------------------------------------------------------- */

/*
 * Segments in their order: whose (0, 1), seq, len, flags, ack; '!' a wrong sum,
 * '0' one of 0, '?' one that can't be told. What is made of end 0's sums.
 */
static const struct {
	const char *name, *segments;
	enum sender_verdict verdict;
} stories[] = {
	{ "a SYN is answered", "0!S 100 0 0, 1.SA 500 0 101", SENDER_OFFLOADS },
	{ "a SYN is refused", "0!S 100 0 0, 1.RA 0 0 101", SENDER_OFFLOADS },
	{ "a SYN is not answered", "0!S 100 0 0", SENDER_UNDECIDED },
	{ "the SYN-ACK acknowledges another", "0!S 100 0 0, 1.SA 500 0 99", SENDER_UNDECIDED },
	{ "it acknowledges what was never sent", "0!S 100 0 0, 1.SA 500 0 90101", SENDER_UNDECIDED },
	{ "data are acknowledged", "0.A 100 10 7, 0!A 110 10 7, 1.A 7 0 120", SENDER_OFFLOADS },
	{ "both ends have wrong sums", "0!S 100 0 0, 1!SA 500 0 101, 0!A 101 50 501, 1!A 501 0 151", SENDER_OFFLOADS },
	{ "less is acknowledged", "0!A 110 10 7, 1.A 7 0 115", SENDER_UNDECIDED },
	{ "sent again with a right sum", "0!A 110 10 7, 0.A 110 10 7, 1.A 7 0 120", SENDER_CORRUPT },
	{ "sent again as part of more", "0!A 110 10 7, 0.A 120 10 7, 0.A 110 20 7, 1.A 7 0 130", SENDER_CORRUPT },
	{ "sent again in two parts", "0!A 110 10 7, 0.A 110 5 7, 0.A 115 5 7, 1.A 7 0 120", SENDER_CORRUPT },
	{ "a copy of what arrived before", "0.A 110 10 7, 0!A 110 10 7, 1.A 7 0 120", SENDER_UNDECIDED },
	{ "sent again, and that can't be told", "0!A 110 10 7, 0?A 110 10 7, 1.A 7 0 120", SENDER_UNDECIDED },
	{ "sent again, wrong again, acknowledged", "0!A 110 10 7, 0!A 110 10 7, 1.A 7 0 120", SENDER_OFFLOADS },
	{ "a lone ACK, a lone RST", "0!A 110 0 7, 0!R 110 0 7, 1.A 7 0 110", SENDER_UNDECIDED },
	{ "across the wrap", "0!A 4294967290 10 7, 1.A 7 0 4", SENDER_OFFLOADS },
	{ "another life of the ports", "0!S 100 0 0, 0.S 9000 0 0, 1.SA 500 0 9001", SENDER_UNDECIDED },
	{ "twice acknowledged, once spoilt", "0!A 10 10 7, 1.A 7 0 20, 0!A 20 10 7, 1.A 7 0 30, 0!A 30 10 7, 0.A 30 10 7",
	  SENDER_OFFLOADS },
	{ "once acknowledged, twice spoilt", "0!A 10 10 7, 1.A 7 0 20, 0!A 20 10 7, 0.A 20 10 7, 0!A 30 10 7, 0.A 30 10 7",
	  SENDER_CORRUPT },
};

static struct summed segment_of_story(const char *text)
{
	struct summed s = { .from = text[0] - '0', .told = text[1] != '?', .wrong = text[1] == '!' };
	char letters[4];

	sscanf(text + 2, "%3s %u %u %u", letters, &s.segment.seq, &s.segment.len, &s.segment.ack);
	for (const char *p = letters; *p; p++)
		s.segment.flags |= *p == 'S' ? TH_SYN : *p == 'A' ? TH_ACK : *p == 'R' ? TH_RST : TH_FIN;
	s.key.addr[0][15] = 1;
	s.key.addr[1][15] = 2;
	return s;
}

static bool senders_are_judged(void)
{
	static const __u8 station[2][6] = { { 2, 1 }, { 2, 2 } };
	struct senders senders;

	EXPECT(!senders_init(&senders), "no memory");
	for (unsigned int i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		enum sender_verdict verdict = SENDER_UNDECIDED;

		senders_clear(&senders);
		for (const char *p = stories[i].segments; *p; p += strcspn(p, ","), p += strspn(p, ", ")) {
			struct summed s = segment_of_story(p);

			senders_learn(&senders, &s, station[s.from], 0);
			EXPECT(!s.wrong || s.sum.sender < senders.count, "%s: of no sender", stories[i].name);
		}
		for (__u32 one = 0; one < senders.count; one++)
			if (senders.list[one].key.address[15] == 1)
				verdict = senders_verdict(&senders, one);
		EXPECT(verdict == stories[i].verdict, "%s: %d, not %d", stories[i].name, verdict, stories[i].verdict);
	}
	senders_free(&senders);
	return true;
}

/* More than there is room for: they are left out, and nobody else's verdict changes. */
static bool senders_are_bounded(void)
{
	struct senders senders;
	__u8 station[6] = { 2 };

	EXPECT(!senders_init(&senders), "no memory");
	for (__u32 i = 0; i < SENDERS_MAX + 100; i++) {
		struct summed s = segment_of_story("0!S 100 0 0"), answer = segment_of_story("1.SA 5 0 101");

		memcpy(s.key.addr[0], &i, sizeof(i));
		answer.key = s.key;
		senders_learn(&senders, &s, station, 0);
		senders_learn(&senders, &answer, station, 0);
		EXPECT((s.sum.sender == SENDER_UNKNOWN) == (i >= SENDERS_MAX), "sender %u of %u", s.sum.sender, i);
		EXPECT(senders_take(&senders, &s.sum) == (i < SENDERS_MAX), "sender %u", i);
		s.sum.zero = true;
		EXPECT(senders_take(&senders, &s.sum), "a sum of 0");
	}
	senders_free(&senders);
	return true;
}

static void check(const char *name, bool (*test)(void))
{
	if (test()) {
		printf("ok replay: %s\n", name);
		passed++;
	} else {
		printf("not ok replay: %s: %s\n", name, why);
		failed++;
	}
}

int main(void)
{
	check("deadlines come in order", deadlines_agree);
	check("quantiles are near", quantiles_are_near);
	check("conn_state is Zeek's", conn_states_are_zeeks);
	check("frames stay inside their packets", frames_stay_inside);
	check("packets come in the order of their times", packets_come_in_order);
	check("what is held back is bounded", queues_are_bounded);
	check("places are told apart", places_are_told_apart);
	check("no place is 0", places_are_never_0);
	check("paths that double are learnt", paths_are_learnt);
	check("more segments than are kept", doubles_are_bounded);
	check("senders of wrong checksums", senders_are_judged);
	check("more senders than there is room for", senders_are_bounded);
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
