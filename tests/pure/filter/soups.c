// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Soups of the language's words. */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

enum { SOUPS = 20000 };

static unsigned int below(unsigned int n)
{
	return rand() % n;
}

/* Whatever it is, it is accepted or refused with a place inside it; the sanitizers watch. */
static void soups_of_words(void **state)
{
	/* Without host: nobody is to be asked for a name of the soup. */
	static const char *const soup[] = { "net", "port", "src", "dst", "not", "and", "or", "(", ")", "!", "!=", ">", ">=", "=", ",",
					    "10.0.0.1", "10.0.0.0/8", "::1", ":22", "*:22", "10.0.0.1:22", "1-2", "tcp", "ip6", "state",
					    "ESTABLISHED", "flags", "[S.]", "S.", "age", "5m", "1h30", ".5", "bytes", "1.5M", "kind",
					    "late_data", "port 80", "not state closed and", "bytes > 1k or", "ip6 and (src net 10.0.0.0/8)", "cause", "rst", "by", "both", "how", "origin", "udp", "\x80", "[", "]", "-", "." };
	unsigned int accepted = 0;
	char text[512];

	srand(13);
	for (int i = 0; i < SOUPS; i++) {
		struct filter *filter;
		__u32 about = 1u << (1 + below(4));

		text[0] = 0;
		for (unsigned int n = 1 + below(5); n; n--) {
			strcat(text, soup[below(sizeof(soup) / sizeof(soup[0]))]);
			strcat(text, below(4) ? " " : "");
		}
		if (below(4) == 0)
			text[below(strlen(text))] = " ()!<>=,-.:/[*"[below(14)];
		listen_anew();
		if (!filter_parse(text, about, &filter)) {
			accepted++;
			filter_free(filter);
			continue;
		}
		assert_null(filter);
		if (said_at < 0 || said_at > (int)strlen(text))
			fail_msg("\"%s\": at %d: %s", text, said_at, said);
	}
	assert_true(accepted > SOUPS / 200);
}

int test_soups(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(soups_of_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
