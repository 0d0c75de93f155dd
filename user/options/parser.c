// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "options/parser.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "flow/filter.h"

const struct option_def *options_find(const struct option_group *const *groups, const char *name, size_t len)
{
	for (; *groups; groups++)
		for (const struct option_def *def = (*groups)->defs; def->name; def++)
			if (strlen(def->name) == len && !memcmp(def->name, name, len))
				return def;
	return NULL;
}

static const struct option_def *find_letter(const struct option_group *const *groups, char letter)
{
	for (; *groups; groups++)
		for (const struct option_def *def = (*groups)->defs; def->name; def++)
			if (def->letter && def->letter == letter)
				return def;
	return NULL;
}

#define MAX_OPTIONS 64

const char *options_near(const struct option_group *const *groups, const char *name)
{
	const char *names[MAX_OPTIONS + 1];
	int count = 0;

	for (; *groups; groups++)
		for (const struct option_def *def = (*groups)->defs; def->name && count < MAX_OPTIONS; def++)
			names[count++] = def->name;
	names[count] = NULL;
	return strlen(name) > 1 ? nearest(name, names) : NULL;
}

static int unknown_option(const struct option_group *const *groups, const char *command, const char *argument)
{
	const char *near;
	char word[64];

	snprintf(word, sizeof(word), "%s", argument + strspn(argument, "-"));
	word[strcspn(word, "=")] = 0;
	near = options_near(groups, word);
	if (near)
		return fail_usage("%s: unknown option %s; did you mean --%s?", command, argument, near);
	return fail_usage("%s: unknown option %s; \"xdp-tcpstate %s --help\" lists what there is", command, argument,
			  command);
}

static bool is_optional(const char *argument)
{
	return argument[0] == '[';
}

/* Is word one of those in "[a|b|c]"? */
static bool is_offered(const char *argument, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = argument + 1; *at; at += strcspn(at, "|]") + 1)
		if (strcspn(at, "|]") == len && !memcmp(at, word, len))
			return true;
	return false;
}

/*
 * An optional argument may follow after a blank only if it can be no other
 * word: one of a few, or a path where no file is expected, since no word of a
 * FILTER starts with a slash.
 */
static const char *optional_value(const char *argument, int argc, char **argv, int *i)
{
	const char *next = *i + 1 < argc ? argv[*i + 1] : "";

	if (strchr(argument, '|') ? is_offered(argument, next) : next[0] == '/')
		return argv[++*i];
	return NULL;
}

static int add_file(struct options *options, const char *name)
{
	const char **files = realloc(options->files, (options->file_count + 1) * sizeof(*files));

	if (!files)
		return fail(-ENOMEM, "out of memory while reading the command line");
	options->files = files;
	files[options->file_count++] = name;
	return 0;
}

static int add_words(struct options *options, const char *word)
{
	size_t len = strlen(options->words);
	char *words;

	/* The first word is a file, whatever its name. */
	if (options->takes_files && (!options->file_count || (!len && !filter_begins_with(word))))
		return add_file(options, word);
	words = realloc(options->words, len + strlen(word) + 2);
	if (!words)
		return fail(-ENOMEM, "out of memory while reading the command line");
	if (len)
		words[len++] = ' ';
	strcpy(words + len, word);
	options->words = words;
	return 0;
}

static int take_option(struct options *options, const struct option_group *const *groups, const char *command,
		       int argc, char **argv, int *i)
{
	const char *argument = argv[*i], *value = NULL;
	const struct option_def *def;

	if (argument[1] == '-') {
		size_t len = strcspn(argument + 2, "=");

		def = options_find(groups, argument + 2, len);
		if (argument[2 + len])
			value = argument + 2 + len + 1;
	} else {
		def = find_letter(groups, argument[1]);
		if (def && argument[2] && !def->argument)
			def = NULL; /* -ab is not -a -b */
		else if (argument[2])
			value = argument + 2;
	}
	if (!def)
		return unknown_option(groups, command, argument);
	if (!def->argument && value)
		return fail_usage("%s: --%s takes no value", command, def->name);
	if (def->argument && !value) {
		if (is_optional(def->argument))
			value = optional_value(def->argument, argc, argv, i);
		else if (*i + 1 < argc)
			value = argv[++*i];
		else
			return fail_usage("%s: --%s needs a value: --%s %s", command, def->name, def->name,
					  def->argument);
	}
	return def->set(options, value);
}

int options_parse(struct options *options, const struct option_group *const *groups, const char *command, int argc,
		  char **argv)
{
	bool only_words = false;

	options->argc = argc;
	options->argv = argv;
	for (int i = 0; i < argc; i++) {
		int err;

		if (!only_words && !strcmp(argv[i], "--")) {
			only_words = true;
			continue;
		}
		if (!only_words && argv[i][0] == '-' && argv[i][1])
			err = take_option(options, groups, command, argc, argv, &i);
		else
			err = add_words(options, argv[i]);
		if (err)
			return err;
	}
	return 0;
}

const char *options_keep(struct options *options, const char *text, size_t len)
{
	char **texts = realloc(options->texts, (options->text_count + 1) * sizeof(*texts));

	if (!texts)
		return NULL;
	options->texts = texts;
	texts[options->text_count] = strndup(text, len);
	return texts[options->text_count] ? texts[options->text_count++] : NULL;
}

#define HELP_COLUMN 28

static void print_help(const char *help)
{
	for (; *help; help += strcspn(help, "\n"), help += *help == '\n') {
		printf("%.*s\n", (int)strcspn(help, "\n"), help);
		if (help[strcspn(help, "\n")])
			printf("%*s", HELP_COLUMN, "");
	}
}

void options_help(const struct option_group *const *groups)
{
	for (; *groups; groups++) {
		printf("\n%s:\n", (*groups)->title);
		for (const struct option_def *def = (*groups)->defs; def->name; def++) {
			char left[64], letter[5] = "    ";

			if (def->letter)
				snprintf(letter, sizeof(letter), "-%c, ", def->letter);
			snprintf(left, sizeof(left), "  %s--%s%s%s", letter, def->name, def->argument ? " " : "",
				 def->argument ? def->argument : "");
			printf("%-*s", HELP_COLUMN, left);
			if (strlen(left) >= HELP_COLUMN)
				printf("\n%*s", HELP_COLUMN, "");
			print_help(def->help);
		}
	}
}
