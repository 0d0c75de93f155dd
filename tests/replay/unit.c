// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The parts of replay that need no kernel: deadlines, quantiles, conn_state, lengths of frames. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "capture.h"
#include "conn_state.h"
#include "deadlines.h"
#include "histogram.h"
#include "link_layer.h"

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
			EXPECT(!f.cut || (__u64)f.size + f.cut <= (__u64)p.length + 14, "link type %d: %u bytes on the wire are %u and %u",
			       p.link_type, p.length, f.size, f.cut);
			EXPECT(f.data == layer->frame || (f.data == data && f.size <= size), "a frame from elsewhere");
		}
		free(data);
	}
	free(layer);
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
	printf("%d passed, %d failed, 0 skipped\n", passed, failed);
	return failed != 0;
}
