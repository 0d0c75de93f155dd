// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* --track: what is understood, how it is written again, and what is said of mistakes. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/out.h"
#include "flow/track_expression.h"

static const struct {
	const char *text, *again;
	__u32 bits;
} accepted[] = {
	{ "all", "all", 0 },
	{ "port 443,8000-8002", "port 443,8000-8002", TRACK_PORTS },
	{ "net 10.1.2.3/8 and port 80", "net 10.0.0.0/8 and port 80", TRACK_NETS | TRACK_PORTS },
	{ "port 80 and host 10.0.0.1,fd00::/8", "net 10.0.0.1/32,fd00::/8 and port 80", TRACK_NETS | TRACK_PORTS },
	{ "port https,ssh", "port 22,443", TRACK_PORTS },
	{ "not port 22", "not port 22", TRACK_PORTS | TRACK_NOT_PORTS },
	{ "not net 10.0.0.0/8", "not net 10.0.0.0/8", TRACK_NETS | TRACK_NOT_NETS },
	{ "! host 10.0.0.1", "not net 10.0.0.1/32", TRACK_NETS | TRACK_NOT_NETS },
	{ "net 10.0.0.0/8 and not port 22", "net 10.0.0.0/8 and not port 22", TRACK_NETS | TRACK_PORTS | TRACK_NOT_PORTS },
	{ "not port ssh and not net fe80::/10", "not net fe80::/10 and not port 22",
	  TRACK_NETS | TRACK_PORTS | TRACK_NOT_NETS | TRACK_NOT_PORTS },
};

static void written_again_it_is_the_same(void **state)
{
	struct track *track = malloc(sizeof(*track)), *again = malloc(sizeof(*again));

	for (unsigned int i = 0; i < sizeof(accepted) / sizeof(accepted[0]); i++) {
		struct out out;

		listen_anew();
		if (track_parse(accepted[i].text, track))
			fail_msg("\"%s\": %s", accepted[i].text, said);
		assert_int_equal(track->bits, accepted[i].bits);
		assert_int_equal(out_init(&out, -1), 0);
		track_text(&out, track);
		out_char(&out, 0);
		assert_string_equal(out.data, accepted[i].again);
		assert_int_equal(track_parse(out.data, again), 0);
		assert_memory_equal(track, again, sizeof(*track));
		out_free(&out);
	}
	free(track);
	free(again);
}

static const struct {
	const char *text;
	int at;
	const char *says;
} refused[] = {
	{ "", 0, "expected net, host, port or all here" },
	{ "nets 10.0.0.0/8", 0, "expected net, host, port or all here" },
	{ "not", 3, "expected net, host or port after not" },
	{ "not all", 4, "expected net, host or port after not" },
	{ "not not port 22", 4, "expected net, host or port after not" },
	{ "not (port 22)", 4, "expected net, host or port after not" },
	{ "port 80 and not port 90", 16, "port is told once, as what is tracked or, with not, what isn't: port A,B" },
	{ "port 80 and port 90", 12, "give all ports in one list: port A,B" },
	{ "net 10.0.0.0/8 and not net 10.1.0.0/16", 23, "net is told once" },
	{ "net 10.0.0.0/8 or port 80", 15, "only \"and\" joins" },
	{ "all port 80", 4, "nothing goes with \"all\"" },
	{ "port nosuchservice", 5, "expected a port" },
	{ "net", 3, "needs a value after it" },
	{ "not port", 8, "needs a value after it" },
};

static void what_is_said_of_mistakes(void **state)
{
	struct track *track = malloc(sizeof(*track));

	for (unsigned int i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		listen_anew();
		if (track_parse(refused[i].text, track) != USAGE_ERROR)
			fail_msg("\"%s\" was accepted", refused[i].text);
		if (said_at != refused[i].at || !strstr(said, refused[i].says))
			fail_msg("\"%s\": at %d: %s", refused[i].text, said_at, said);
	}
	free(track);
}

int test_track(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(written_again_it_is_the_same),
		cmocka_unit_test(what_is_said_of_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
