// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
/* xdp-tcpstate: TCP connections and the states of both their ends, seen from the NIC. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "version.h" /* by make, from CHANGELOG */
#include "commands/command.h"
#include "base/error.h"
#include "kernel/object.h"
#include "options/parser.h"

static const struct command *const commands[] = {
	&watch_command, &run_command, &replay_command, &flows_command, &states_command, &top_command,
	&timewait_command, &strays_command, &leaks_command, &halfopen_command, &nat_command, &status_command,
	&track_command, &detach_command, &verify_command,
};
#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

enum { EXIT_FINE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

static void print_overview(void)
{
	printf("xdp-tcpstate: TCP connections and the states of both their ends, seen from the NIC\n\n"
	       "Usage: xdp-tcpstate COMMAND [OPTIONS]\n\n");
	for (unsigned int i = 0; i < COMMANDS; i++)
		printf("  %-8s %s\n", commands[i]->name, commands[i]->summary);
	printf("\n\"xdp-tcpstate COMMAND --help\" says more. --version prints the version.\n"
	       "To begin: sudo xdp-tcpstate watch -i eth0\n");
}

static void print_help(const struct command *command)
{
	printf("Usage: xdp-tcpstate %s [OPTIONS]%s%s\n\n%s", command->name, command->words ? " " : "",
	       command->words ? command->words : "", command->help);
	options_help(command->groups);
}

static const struct command *find_command(const char *name)
{
	for (unsigned int i = 0; i < COMMANDS; i++)
		if (!strcmp(name, commands[i]->name))
			return commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	const char *names[COMMANDS + 1] = { NULL };
	const char *near;

	for (unsigned int i = 0; i < COMMANDS; i++)
		names[i] = commands[i]->name;
	near = nearest(name, names);
	if (near)
		return fail_usage("unknown command \"%s\"; did you mean %s?", name, near);
	return fail_usage("unknown command \"%s\"; \"xdp-tcpstate --help\" lists what there is", name);
}

static int execute(const struct command *command, int argc, char **argv)
{
	struct options options;
	int err;

	options_init(&options);
	if (command->defaults)
		command->defaults(&options);
	err = options.words ? options_parse(&options, command->groups, command->name, argc, argv)
			    : fail(-1, "out of memory while starting");
	if (!err && options.help)
		print_help(command);
	else if (!err && options.words[0] && !command->words)
		err = fail_usage("%s takes no arguments, but there is \"%s\"", command->name, options.words);
	else if (!err) {
		object_messages(options.kernel.verbose);
		err = command->run(&options);
	}
	options_free(&options);
	return err;
}

static bool is_either(const char *word, const char *a, const char *b, const char *c)
{
	return !strcmp(word, a) || !strcmp(word, b) || !strcmp(word, c);
}

static int run(int argc, char **argv)
{
	const struct command *command;

	if (argc < 2) {
		print_overview();
		return fail_usage("which command?");
	}
	if (is_either(argv[1], "--version", "-V", "version")) {
		printf("xdp-tcpstate " VERSION "\n");
		return 0;
	}
	if (is_either(argv[1], "--help", "-h", "help")) {
		command = argc > 2 ? find_command(argv[2]) : NULL;
		if (argc > 2 && !command)
			return unknown_command(argv[2]);
		if (command)
			print_help(command);
		else
			print_overview();
		return 0;
	}
	command = find_command(argv[1]);
	if (!command)
		return unknown_command(argv[1]);
	return execute(command, argc - 2, argv + 2);
}

int main(int argc, char **argv)
{
	int err;

	/* Messages about the options before it are JSON, too. */
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--json"))
			messages_as_json(true);
	signal(SIGPIPE, SIG_IGN); /* a reader that has seen enough ends us quietly */
	err = run(argc, argv);
	fflush(stdout);
	return !err ? EXIT_FINE : err == USAGE_ERROR ? EXIT_USAGE : EXIT_FAILED;
}
