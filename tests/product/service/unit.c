// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"

static char said[16384];
static int count;

static void hear(void *arg, const char *text, int at)
{
	size_t len = strlen(said);

	snprintf(said + len, sizeof(said) - len, "%s\n", text);
	count++;
}

bool heard(const char *text)
{
	return strstr(said, text);
}

int heard_count(void)
{
	return count;
}

const char *heard_text(void)
{
	return said;
}

void heard_clear(void)
{
	said[0] = 0;
	count = 0;
}

int main(void)
{
	const struct CMUnitTest event_log[] = {
#define X(name) cmocka_unit_test_setup(name, empty_disk),
		EVENT_FILE_TESTS(X)
		EVENT_BOUND_TESTS(X)
		EVENT_JOURNAL_TESTS(X)
#undef X
	};
	const struct CMUnitTest config[] = {
#define X(name) cmocka_unit_test_setup_teardown(name, no_options, free_options),
		CONFIG_TESTS(X)
#undef X
	};
	int failures;

	messages_to(hear, NULL);
	failures = cmocka_run_group_tests_name("event log", event_log, make_disk, remove_disk);
	failures += cmocka_run_group_tests_name("configuration", config, make_config, remove_config);
	return failures != 0;
}
