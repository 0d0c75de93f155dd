// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* Whose an end is: asked only where a test asks, and what is not known is nobody's. */
#include "unit.h"

#include <string.h>

#include "flow/whose.h"

static unsigned int asked;

/* The initiator is nginx's, in a container of a pod; of the responder nothing is known. */
static void find(void *arg, const struct whose_life *life, struct whose whose[2])
{
	struct whose *nginx = &whose[life->initiator];

	asked++;
	memset(whose, 0, 2 * sizeof(*whose));
	nginx->pid = 812;
	strcpy(nginx->comm, "nginx");
	strcpy(nginx->path, "/system.slice/docker-3f2a9c.scope");
	strcpy(nginx->in.container, "3f2a9c11");
	strcpy(nginx->in.pod, "8a1b-2c3d");
	whose[!life->initiator].unknown = WHOSE_NOT_REMOTE;
}

static bool fits(const char *text, const struct whose_source *source)
{
	static const struct flow_key key;
	static const __u8 state[2];
	const struct filter_subject subject = {
		.key = &key, .state = state, .initiator = 1, .type = EVENT_FLOW, .whose = source, .local = LOCAL_END_1,
	};
	struct filter *filter;
	bool result;

	if (filter_parse(text, FILTER_FLOWS, &filter))
		fail_msg("\"%s\" is refused: %s", text, said);
	result = filter_match(filter, &subject);
	filter_free(filter);
	return result;
}

static void who_has_it_open(void **state)
{
	static const struct whose_source source = { .find = find };
	static const char *const fitting[] = {
		"process nginx", "process apache2,ngin*", "src process nginx", "not dst process nginx", "pid 812", "pid 1,812",
		"cgroup /system.slice", "cgroup /system.slice/", "cgroup /system.slice/docker-3f2a9c.scope", "cgroup /",
		"container 3f2a", "pod 8a1b", "not process apache2", "process nginx and container 3f2a9c and not pid 1",
	};
	static const char *const others[] = {
		"process ngin", "dst process nginx", "pid 8", "cgroup /system", "cgroup /user.slice", "container f2a", "pod 8a1b-9",
	};

	for (size_t i = 0; i < sizeof(fitting) / sizeof(fitting[0]); i++)
		if (!fits(fitting[i], &source))
			fail_msg("\"%s\" does not fit", fitting[i]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (fits(others[i], &source))
			fail_msg("\"%s\" fits", others[i]);
}

static void nobody_is_asked_in_vain(void **state)
{
	static const struct whose_source source = { .find = find };

	asked = 0;
	assert_true(fits("port 0 and not state established", &source));
	assert_int_equal(asked, 0);
	assert_true(fits("process nginx or (pid 812 and container 3f)", &source));
	assert_int_equal(asked, 1);
	assert_false(fits("process nginx", NULL));
	assert_true(fits("not process *", NULL));
}

int test_owners(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_it_open),
		cmocka_unit_test(nobody_is_asked_in_vain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
