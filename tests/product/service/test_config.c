// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* The configuration file: what it may hold, and what is said of its mistakes. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "options/file.h"
#include "base/error.h"
#include "options/parser.h"

static const struct option_group *const groups[] = {
	&common_options, &hook_options, &run_options, &event_options, &tracker_options, NULL
};

static char path[] = "/tmp/tcpstate-config.XXXXXX";
static struct options options;

static void write_bytes(const char *bytes, size_t size)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

static int read_config(const char *text)
{
	write_bytes(text, strlen(text));
	options_init(&options);
	return config_read(path, &options, groups);
}

int make_config(void **state)
{
	int fd = mkstemp(path);

	return fd < 0 || close(fd);
}

int remove_config(void **state)
{
	return unlink(path);
}

int no_options(void **state)
{
	options = (struct options){};
	heard_clear();
	return 0;
}

int free_options(void **state)
{
	options_free(&options);
	return 0;
}

void options_are_read(void **state)
{
	assert_int_equal(read_config("# where\n"
				     "interface = eth0,eth1\n"
				     "\n"
				     "  msl=15\t\n"
				     "timeout = established=7200,syn_sent=5   # two of them\n"
				     "track = \"net 10.0.0.0/8 and port 443\"\n"
				     "filter = 'port 443 or host 10.0.0.1' # with a comment\r\n"
				     "bpf-stats\n"
				     "  keep-attached # alone, with a comment = here\n"
				     "#listen = none\n"
				     "events-file = /var/log/a#b\n"
				     "events = flow,stray"), 0);
	assert_int_equal(heard_count(), 0);
	assert_int_equal(options.hooks.interface_count, 2);
	assert_string_equal(options.hooks.interfaces[1], "eth1");
	assert_int_equal(options.kernel.msl_ns, 15000000000ULL);
	assert_int_equal(options.kernel.timeout_ns[STATE_ESTABLISHED], 7200000000000ULL);
	assert_int_equal(options.kernel.timeout_ns[STATE_SYN_SENT], 5000000000ULL);
	assert_string_equal(options.track, "net 10.0.0.0/8 and port 443");
	assert_string_equal(options.words, "port 443 or host 10.0.0.1");
	assert_true(options.bpf_stats);
	assert_true(options.keep_attached);
	assert_string_equal(options.events_file, "/var/log/a#b");
	assert_int_equal(options.events.types, 1 << EVENT_FLOW | 1 << EVENT_STRAY);
}

void flags_are_yes_or_no(void **state)
{
	assert_int_equal(read_config("bpf-stats = yes\nkeep-attached = No\ndiscard=on\nchecksum = false"), 0);
	assert_int_equal(heard_count(), 0);
	assert_true(options.bpf_stats);
	assert_true(options.discard);
	assert_false(options.keep_attached);
	assert_false(options.kernel.checksum);
}

void an_empty_file_says_nothing(void **state)
{
	assert_int_equal(read_config(""), 0);
	assert_int_equal(heard_count(), 0);
}

/* A mistake in each line: what is wrong, and where. */
void mistakes_have_their_line(void **state)
{
	static const struct {
		const char *line, *said;
	} mistakes[] = {
		{ "msl = soon", "--msl soon: expected seconds" },
		{ "max_flows = 10", "unknown option max_flows; did you mean max-flows?" },
		{ "colour = red", "unknown option colour" },
		{ "--msl = 10", "unknown option --msl; did you mean msl?" },
		{ "msl", "msl needs a value: msl = SECONDS" },
		{ "msl =", "msl needs a value" },
		{ "msl = # 10", "msl needs a value" },
		{ "bpf-stats = 2", "bpf-stats = 2: expected yes or no" },
		{ "= 10", "an option's name is missing" },
		{ "msl 10", "expected \"option = value\"" },
		{ "track = \"port 80", "does not end on this line" },
		{ "track = \"port 80\" and", "follows a quotation" },
		{ "track = port x", "port" },
		{ "filter = host", "host" },
		{ "timeout = sleeping=3", "neither a state" },
		{ "config = /etc/other", "config belongs on the command line" },
		{ "help", "help belongs on the command line" },
	};

	for (unsigned int i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		char text[256], wanted[256];

		snprintf(text, sizeof(text), "# a comment\n\n%s\njson\n", mistakes[i].line);
		heard_clear();
		snprintf(wanted, sizeof(wanted), "%s:3: ", path);
		if (read_config(text) != USAGE_ERROR || heard_count() != 1 || !heard(wanted) ||
		    !heard(mistakes[i].said)) {
			print_error("\"%s\": %d messages: %s\n", mistakes[i].line, heard_count(), heard_text());
			assert_true(false);
		}
		options_free(&options);
	}
	messages_as_json(false);
	options_init(&options);
}

void all_mistakes_are_told(void **state)
{
	char second[64];

	assert_int_equal(read_config("msl = 0\nbpf-stats\nring = 1000\n"), USAGE_ERROR);
	assert_int_equal(heard_count(), 2);
	snprintf(second, sizeof(second), "%s:3: --ring", path);
	assert_true(heard(second));
}

void what_is_no_text_is_refused(void **state)
{
	char many[20000];

	write_bytes("msl = 10\0x", 10);
	options_init(&options);
	assert_int_equal(config_read(path, &options, groups), USAGE_ERROR);
	assert_true(heard(":1: no text"));
	options_free(&options);
	memset(many, 'a', sizeof(many));
	write_bytes(many, sizeof(many));
	options_init(&options);
	heard_clear();
	assert_int_equal(config_read(path, &options, groups), USAGE_ERROR);
	assert_true(heard("longer than"));
	assert_int_equal(heard_count(), 1);
}

void no_file_is_an_error(void **state)
{
	options_init(&options);
	assert_int_equal(config_read("/nonexistent/config", &options, groups), -ENOENT);
	assert_true(heard("No such file"));
	heard_clear();
	assert_int_equal(config_read("/tmp", &options, groups), -EISDIR);
	assert_true(heard("Is a directory"));
}

/* config_apply: the command line is preferred. */
static int apply(const char *text, int argc, char **argv)
{
	struct options given;
	int err;

	write_bytes(text, strlen(text));
	options_init(&given);
	assert_int_equal(options_parse(&given, groups, "run", argc, argv), 0);
	err = config_apply(&options, &given, groups, "run");
	options_free(&given);
	return err;
}

void the_command_line_is_preferred(void **state)
{
	char *argv[] = { "--config", path, "--msl", "7", "-i", "eth9", "port", "80" };

	assert_int_equal(apply("msl = 3\nmax-flows = 1000\ninterface = eth0\nfilter = port 443\n", 8, argv), 0);
	assert_int_equal(options.kernel.msl_ns, 7000000000ULL);
	assert_int_equal(options.kernel.max_flows, 1000);
	assert_int_equal(options.hooks.interface_count, 2);
	assert_string_equal(options.words, "port 80");
}

void the_files_filter_holds_without_words(void **state)
{
	char *argv[] = { "--config", path };

	assert_int_equal(apply("filter = port 443\n", 2, argv), 0);
	assert_string_equal(options.words, "port 443");
}

void without_a_file_there_is_the_command_line(void **state)
{
	char *argv[] = { "--msl", "7" };

	assert_int_equal(apply("msl = 3\n", 2, argv), 0);
	assert_int_equal(options.kernel.msl_ns, 7000000000ULL);
}

void a_mistake_leaves_nothing(void **state)
{
	char *argv[] = { "--config", path };

	assert_int_equal(apply("msl = x\n", 2, argv), USAGE_ERROR);
	options_init(&options);
}
