// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "unit.h"

#include <stdio.h>


char said[1024];
int said_at;

static void take(void *arg, const char *text, int at)
{
	snprintf(said, sizeof(said), "%s", text);
	said_at = at;
}

void listen_anew(void)
{
	said[0] = 0;
	said_at = -1;
	messages_to(take, NULL);
}

/* With an argument: only tests with that name, or pattern. */
int main(int argc, char **argv)
{
	int failures = 0;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	failures += test_expressions();
	failures += test_random();
	failures += test_soups();
	failures += test_order();
	failures += test_track();
	failures += test_owners();
	return failures != 0;
}
